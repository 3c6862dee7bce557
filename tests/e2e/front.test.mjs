// The HTTP front: probes, headers, documents and settings that belong to no capability.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'node:http';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack, someone;
before(async () => {
  stack = await Stack.start({
    name: 'front',
    options: {
      'http.cors-origins': '["https://app.test"]',
      'log.format': 'json',
      'rates.write-per-second': 1,
      'rates.write-burst': 5,
    },
  });
  someone = await Client.signedIn(stack);
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const plain = (path, headers = {}) => new Promise((resolve, reject) => request(stack.url + path, { headers }, (r) => {
  const parts = [];
  r.on('data', (d) => parts.push(d));
  r.on('end', () => resolve({ status: r.statusCode, headers: r.headers, bytes: Buffer.concat(parts) }));
}).on('error', reject).end());

test('readiness reports each part', async () => {
  const ready = await someone.get('/readyz');
  assert.equal(ready.status, 'ready');
  for (const part of ['postgresql', 'redis', 'solana']) assert.equal(ready.checks[part].status, 'up');
  assert.equal((await someone.get('/healthz')).status, 'alive');
});

test('the OpenAPI document describes every route that there is', async () => {
  const doc = await someone.get('/openapi.json');
  assert.equal(doc.openapi, '3.1.0');
  // OpenAPI 3.1.0, section 4.8.7.1.
  for (const name of Object.keys(doc.components.schemas)) assert.match(name, /^[A-Za-z0-9._-]+$/);
  for (const [path, methods] of Object.entries(doc.paths))
    if (path.startsWith('/v1/admin'))
      for (const m of Object.values(methods)) assert.deepEqual(m.security, [{ bearer: [] }], path);
  const bid = doc.paths['/v1/listings/{id}/bids'].post;
  assert.deepEqual(bid.security, [{ bearer: [] }]);
  const schema = doc.components.schemas[bid.requestBody.content['application/json'].schema.$ref.split('/').pop()];
  assert.deepEqual(schema.required, ['amount']);
  assert.match(schema.properties.amount.description, /lamports/);
  for (const path of [
    '/v1/auth/siws/challenge', '/v1/studios/{id}', '/v1/assets', '/v1/nfts/{id}/mint',
    '/v1/transactions/{id}/signature', '/v1/listings/{id}/events', '/readyz', '/.well-known/jwks.json',
  ])
    assert.ok(doc.paths[path], path);
  const refs = [...JSON.stringify(doc).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1]);
  for (const ref of refs) assert.ok(doc.components.schemas[ref], ref);
});

test('the API can be read in a browser', async () => {
  const page = await plain('/docs');
  assert.equal(page.status, 200);
  assert.match(page.headers['content-type'], /text\/html/);
  for (const [, file] of page.bytes.toString().matchAll(/(?:src|href)="([^"]+)"/g)) {
    const part = await plain(file);
    assert.equal(part.status, 200, file);
    assert.ok(part.bytes.length > 100, file);
  }
  const start = (await plain('/docs/start.js')).bytes.toString();
  assert.match(start, /deepLinking: true/, 'a link to /docs#/TAG/OPERATION opens the operation');
  assert.equal((await plain('/docs/..%2F..%2Fpackage.json')).status, 404);
  assert.equal((await plain('/docs/swagger-ui.js.map')).status, 404);
});

test('metrics count requests by route and status, commits, actors and mailboxes', async () => {
  await someone.request('GET', '/v1/studios/std_x');
  const text = (await plain('/metrics')).bytes.toString();
  for (const wanted of [
    /ainft_http_requests_total\{[^}]*route="\/v1\/studios\/\{id\}"[^}]*status="404"[^}]*\} 1 /,
    /ainft_http_request_duration_seconds_bucket\{[^}]*route="\/readyz"/, /ainft_journal_commits_total \d/,
    /ainft_journal_batch_size_count \d/, /ainft_entities\{kind="session"\} \d/, /caf_actor_mailbox_size\{[^}]*\} \d/,
    /ainft_http_connections \d/, /ainft_follower_events_total\{follower="settlement"\}/,
  ])
    assert.match(text, wanted);
});

test('JSON above 1 KiB is compressed for those who accept it', async () => {
  const packed = await plain('/openapi.json', { 'accept-encoding': 'gzip' });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  const whole = await plain('/openapi.json');
  assert.equal(whole.headers['content-encoding'], undefined);
  assert.ok(packed.bytes.length < whole.bytes.length / 3);
  assert.equal((await plain('/healthz', { 'accept-encoding': 'gzip' })).headers['content-encoding'], undefined);
});

test('security headers, request ids, trace ids and HEAD', async () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const answer = await plain('/healthz', { 'x-request-id': 'my-id', traceparent: trace });
  assert.equal(answer.headers['x-request-id'], 'my-id');
  assert.equal(answer.headers.traceparent.slice(0, 36), trace.slice(0, 36));
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.match(answer.headers['content-security-policy'], /default-src 'none'/);
  const line = stack.log().split('\n').filter((l) => l.includes('my-id')).map((l) => JSON.parse(l))[0];
  assert.equal(line.requestId, 'my-id');
  assert.equal(line.traceId, trace.slice(3, 35));
  assert.equal(line.level, 'info');
  const head = await fetch(`${stack.url}/healthz`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('browsers of the named origins may call, others may not', async () => {
  const preflight = await fetch(`${stack.url}/v1/studios`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.test', 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://app.test');
  assert.match(preflight.headers.get('access-control-allow-headers'), /Idempotency-Key/);
  const other = await fetch(`${stack.url}/healthz`, { headers: { origin: 'https://evil.test' } });
  assert.equal(other.headers.get('access-control-allow-origin'), null);
});

test('the log line of a request has the code of the problem and the user', async () => {
  const author = await Client.signedIn(stack);
  await author.request('POST', '/v1/studios', { body: {}, headers: { 'x-request-id': 'a-wrong-request' } });
  const line = stack.log().split('\n').filter((l) => l.includes('a-wrong-request')).map((l) => JSON.parse(l))[0];
  const { id } = author.user;
  assert.match(line.message, new RegExp(`^POST /v1/studios -> 422 validation_failed for ${id} in \\d+ us$`));
});

test('an ordinary conflict is no failure of the journal', async () => {
  const failed = (text) => Number(/^ainft_journal_failed_appends_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
  const metrics = async () => (await plain('/metrics')).bytes.toString();
  const before = failed(await metrics());
  const author = await Client.signedIn(stack);
  const { slug } = await author.makeStudio();
  const again = await author.request('POST', '/v1/studios', { body: { name: 'Again', slug } });
  assert.equal(again.body.code, 'conflict');
  const conflict = /ainft_http_requests_total\{[^}]*route="\/v1\/studios"[^}]*status="409"/;
  const after = await until(async () => { // the page is read anew after a second
    const text = await metrics();
    return conflict.test(text) && text;
  }, 'the conflict in the metrics');
  assert.match(after, /ainft_journal_failed_appends_total/);
  assert.equal(failed(after), before);
});

test('lists go on from their cursor', async () => {
  const lister = await Client.signedIn(stack);
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await lister.makeStudio()).id);
  const first = await lister.get(`/v1/studios?ownerId=${lister.user.id}&limit=2`);
  const second = await lister.get(`/v1/studios?ownerId=${lister.user.id}&limit=2&cursor=${first.nextCursor}`);
  const third = await lister.get(`/v1/studios?ownerId=${lister.user.id}&limit=2&cursor=${second.nextCursor}`);
  assert.deepEqual([...first.items, ...second.items, ...third.items].map((s) => s.id), made);
  assert.equal(third.nextCursor, null);
});

test('a response says what the caller has left of its rate', async () => {
  const calm = await Client.signedIn(stack);
  const write = await calm.request('POST', '/v1/studios', { body: {} });
  assert.equal(write.headers.get('ratelimit-policy'), '"write";q=5;w=5');
  assert.match(write.headers.get('ratelimit'), /^"write";r=4;t=1$/);
  const read = await calm.request('GET', '/v1/studios');
  assert.match(read.headers.get('ratelimit'), /^"read";r=\d+;t=1$/);
  const unnamed = await new Client(stack).request('POST', '/v1/studios', { body: {} });
  assert.equal(unnamed.status, 401);
  for (const answer of [unnamed, await calm.request('GET', '/healthz')]) // no budget was asked
    for (const name of ['ratelimit', 'ratelimit-policy']) assert.equal(answer.headers.get(name), null);
  const page = await fetch(`${stack.url}/v1/studios`, { headers: { origin: 'https://app.test' } });
  assert.match(page.headers.get('access-control-expose-headers'), /RateLimit-Policy, RateLimit/);
});

test('a caller beyond its budget is told to slow down', async () => {
  const hasty = await Client.signedIn(stack);
  const answers = [];
  for (let i = 0; i < 8; i++) answers.push(await hasty.request('POST', '/v1/studios', { body: {} }));
  assert.deepEqual(answers.slice(0, 5).map((a) => a.status), [422, 422, 422, 422, 422]);
  const late = answers.find((a) => a.status === 429);
  assert.equal(late.body.code, 'rate_limited');
  assert.equal(late.headers.get('retry-after'), '1');
  assert.equal(late.headers.get('ratelimit'), '"write";r=0;t=1');
});

test('starting wrongly ends with one clear line', () => {
  const run = (args, env = {}) => {
    const all = Object.entries({ ...stack.settings(), ...args }).map(([k, v]) => `--${k}=${v}`);
    const r = spawnSync(process.env.AINFTD, all, {
      encoding: 'utf8',
      env: { ...process.env, ...env },
      timeout: 20_000,
    });
    const lines = r.stderr.trim().split('\n').filter((l) => l.startsWith('ainftd: '));
    assert.equal(r.status, 1, r.stderr);
    assert.equal(lines.length, 1, r.stderr);
    return lines[0];
  };
  assert.match(run({}), /cannot listen on 127\.0\.0\.1:\d+ \(http\.address, http\.port\): Address already in use/);
  assert.match(run({ 'postgres.url': 'host=/nowhere dbname=x' }), /PostgreSQL \(postgres\.url\) does not respond/);
  assert.match(
    run({ 'solana.fee-payer-key-file': '/nowhere' }),
    /solana\.fee-payer-key-file: \/nowhere must contain a key pair/,
  );
  assert.match(run({ 'auth.operators': '["nobody"]' }), /auth\.operators: 'nobody': must be a Solana address/);
  assert.match(
    run({ 'auth.operators': '["11111111111111111111111111111111"]' }),
    /auth\.operators: '1{32}' is the address of Solana's system program/,
  );
  assert.match(
    run({ 'auth.operators': '["nobody"]', 'postgres.url': 'host=/nowhere dbname=x' }),
    /auth\.operators/,
    'before the database is asked',
  );
  assert.match(run({ 'http.prot': '1' }), /http\.prot is not a setting \(did you mean http\.port\?\)/);
  assert.match(run({}, { AINFT_HTTP_THREADS: 'many' }), /AINFT_HTTP_THREADS: http\.threads must be/);
  assert.match(
    run({}, { AINFT_HTTP_THREDS: '2' }),
    /AINFT_HTTP_THREDS: no setting corresponds to this variable \(did you mean AINFT_HTTP_THREADS\?\)/,
  );
  const file = join(stack.folder, 'wrong.conf');
  writeFileSync(file, 'http {\n  port = 1\n  colour = "red"\n}\n');
  assert.match(run({ 'config-file': file }), /wrong\.conf:3: http\.colour is not a setting/);
});

test('--help lists every setting', () => {
  const text = execFileSync(process.env.AINFTD, ['--help'], { encoding: 'utf8' });
  for (const name of Object.keys(stack.settings())) assert.ok(text.includes(name), name);
});
