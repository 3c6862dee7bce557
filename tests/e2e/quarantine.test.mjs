// A thing whose journal cannot be read is given up after a few attempts; everything else goes on, and an operator has it tried again.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Keypair } from '@solana/web3.js';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

let stack, creator, operator;
before(async () => {
  const wallet = Keypair.generate();
  stack = await Stack.start({ name: 'quarantine', options: { 'auth.operators': `["${wallet.publicKey.toBase58()}"]`, 'entities.idle-timeout': '1s' } });
  operator = new Client(stack, wallet);
  await operator.signIn();
  creator = await Client.signedIn(stack);
});
after(async () => { if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000)); });

test('a poisoned studio is answered with 503, shown to operators, and let out by them', async () => {
  const [broken, whole] = [await creator.makeStudio(), await creator.makeStudio()];
  const uuid = stack.sql(`select id from studios where slug = '${broken.slug}'`);
  stack.sql(`insert into journal (entity_id, sequence, kind, type, version, payload, at) values ('${uuid}', 2, 'studio', 'no_such_event', 1, '{}', now())`);
  const metrics = async () => (await fetch(`${stack.url}/metrics`)).text();
  await until(async () => /ainft_entities\{kind="studio"\} 0/.test(await metrics()), 'the studios leaving memory');
  const look = (studio = broken) => creator.request('GET', `/v1/studios/${studio.id}`);
  const given = await until(async () => { const { status, body } = await look(); return status === 503 && body.code === 'quarantined' && body; }, 'the quarantine');
  assert.match(given.detail, /operators know/);
  assert.equal((await look(whole)).status, 200);
  assert.equal((await creator.request('PATCH', `/v1/studios/${broken.id}`, { body: { name: 'X' } })).status, 503);
  assert.equal((await fetch(`${stack.url}/readyz`)).status, 200);
  assert.match(await metrics(), /ainft_entities_quarantined_total\{kind="studio"\} 1/);

  assert.equal((await creator.request('GET', '/v1/admin/quarantine')).status, 403);
  const { items } = await operator.get('/v1/admin/quarantine');
  assert.deepEqual(items.map((q) => [q.kind, q.id, q.failures]), [['studio', broken.id, 3]]);
  assert.match(items[0].reason, /no_such_event/);

  const release = (who, of = broken) => who.request('POST', `/v1/admin/quarantine/studio/${of.id}/release`);
  assert.equal((await release(creator)).status, 403);
  assert.equal((await release(operator, whole)).status, 404);
  assert.equal((await release(operator)).status, 204);
  await until(async () => (await look()).body.code === 'quarantined', 'the quarantine, since nothing was mended');
  // Mended, as only the database's owner can.
  stack.sql(`alter table journal disable trigger journal_is_append_only; delete from journal where entity_id = '${uuid}' and sequence = 2; alter table journal enable trigger journal_is_append_only`);
  assert.equal((await look()).body.code, 'quarantined', 'it stays until it is let out');
  assert.equal((await release(operator)).status, 204);
  assert.equal((await look()).status, 200);
  assert.deepEqual((await operator.get('/v1/admin/quarantine')).items, []);
});
