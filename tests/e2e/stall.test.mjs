// PostgreSQL stalls: callers get an error in time, and no refused command is done later.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack, creator;
before(async () => {
  stack = await Stack.start({ name: 'stall' });
  creator = await Client.signedIn(stack);
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// Blocks appends to the journal, but not reads. Returns a function that ends the stall.
async function stallJournal() {
  const [host, user] = ['host', 'user'].map((k) => new RegExp(`${k}=(\\S+)`).exec(process.env.TEST_POSTGRES)[1]);
  const psql = spawn('psql', ['-h', host, '-U', user, '-d', stack.database, '-Atq'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const locked = new Promise((resolve) => psql.stdout.once('data', resolve));
  psql.stdin.write("begin; lock table journal in exclusive mode; select 'locked';\n");
  await locked;
  return () => new Promise((resolve) => {
    psql.once('exit', resolve);
    psql.stdin.end('commit;\n');
  });
}

test('commands are refused in time, and are not done when PostgreSQL goes on', async () => {
  const studios = await Promise.all(Array.from({ length: 5 }, () => creator.makeStudio()));
  const events = () => Number(stack.sql('select count(*) from journal'));
  const before = events();
  const endStall = await stallJournal();
  const began = Date.now();
  const answers = await Promise.all([
    ...studios.map((s, i) => creator.request('PATCH', `/v1/studios/${s.id}`, { body: { name: `Renamed ${i}` } })),
    creator.request('POST', '/v1/studios', {
      body: { name: 'New', slug: `new-${randomUUID()}`, description: '' },
      headers: { 'idempotency-key': randomUUID() },
    }),
    creator.request('POST', '/v1/studios', { body: { name: 'New', slug: `new-${randomUUID()}`, description: '' } }),
  ]);
  assert.ok(Date.now() - began < 11_500, `it took ${Date.now() - began} ms`);
  assert.deepEqual(answers.map((a) => [a.status, a.body.code]), answers.map(() => [503, 'unavailable']));
  // Later callers wait for less time.
  const again = Date.now();
  assert.equal(
    (await creator.request('GET', `/v1/studios/${studios[0].id}`)).status,
    200,
    'what is in memory can be read',
  );
  assert.ok(Date.now() - again < 2_000);
  await endStall();
  const renamed = await until(async () => {
    const { status, body } = await creator.request('PATCH', `/v1/studios/${studios[0].id}`, {
      body: { name: 'After' },
    });
    return status === 200 && body;
  }, 'PostgreSQL going on');
  assert.equal(renamed.name, 'After');
  await creator.makeStudio();
  assert.equal(events() - before, 2, 'nothing that was refused was done');
  for (const s of studios.slice(1)) assert.equal((await creator.get(`/v1/studios/${s.id}`)).name, s.name);
});
