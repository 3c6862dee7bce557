// Anybody can call /readyz and /metrics. Their cost is bounded, and a token or another port can restrict the metrics.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, freePort } from '../support/stack.mjs';

// A proxy between the platform and its Solana node that counts the calls of the readiness probe.
let looks = 0;
const counting = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  if (body.includes('"getHealth"')) looks++;
  const answer = await fetch(`http://127.0.0.1:${stack.rpcPort}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  response.end(await answer.text());
});

const token = 'a-token-of-forty-characters-0123456789ab',
  tokenFile = join(mkdtempSync(join(tmpdir(), 'probes-')), 'token');
writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
let stack, metricsPort;
before(async () => {
  stack = new Stack();
  metricsPort = await freePort();
  await new Promise((resolve) => counting.listen(0, '127.0.0.1', resolve));
  await stack.begin({
    name: 'probes',
    options: {
      'solana.rpc-url': `http://127.0.0.1:${counting.address().port}`,
      'http.probe-interval': '1s',
      'metrics.port': metricsPort,
      'metrics.token-file': tokenFile,
    },
  });
});
after(async () => {
  counting.closeAllConnections();
  counting.close();
  if (stack?.platform) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

test('200 calls of /readyz within a moment look at the parts a few times only', async () => {
  const [before, begin] = [looks, Date.now()];
  const answers = await Promise.all(
    Array.from({ length: 200 }, () =>
      fetch(`${stack.url}/readyz`).then(async (r) => [r.status, (await r.json()).checks.solana.status]),
    ),
  );
  const seconds = Math.ceil((Date.now() - begin) / 1000);
  for (const a of answers) assert.deepEqual(a, [200, 'up']);
  assert.ok(looks - before <= seconds + 1, `${looks - before} looks in ${seconds} s`);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const earlier = looks;
  await fetch(`${stack.url}/readyz`);
  assert.equal(looks, earlier + 1, 'and later they are looked at again');
});

test('metrics with an address of their own are there only, and need their token', async () => {
  const ask = (headers = {}, path = '/metrics') =>
    fetch(`http://127.0.0.1:${metricsPort}${path}`, { headers }).then(async (r) => [
      r.status,
      await r.text(),
      r.headers,
    ]);
  assert.equal((await fetch(`${stack.url}/metrics`)).status, 404);
  assert.equal((await fetch(`${stack.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).status, 404);
  const [status, text, headers] = await ask();
  assert.deepEqual(
    [status, JSON.parse(text).code, headers.get('www-authenticate')],
    [401, 'unauthenticated', 'Bearer'],
  );
  for (const wrong of [`Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer ', token, `Basic ${token}`])
    assert.equal((await ask({ authorization: wrong }))[0], 401, wrong);
  const [good, numbers] = await ask({ authorization: `Bearer ${token}` });
  assert.equal(good, 200);
  assert.match(numbers, /ainft_http_requests_total\{[^}]*route="\/readyz"/);
  assert.equal(
    (await ask({ authorization: `Bearer ${token}` }, '/v1/listings'))[0],
    404,
    'nothing else is served there',
  );
  assert.ok(!stack.log().includes(token));
});

test('a token file without a good token, or a port that is taken, ends the start with one clear line', () => {
  const said = (options) => {
    const all = Object.entries({ ...stack.settings(), 'http.port': 0, ...options }).map(([k, v]) => `--${k}=${v}`);
    const { status, stderr } = spawnSync(process.env.AINFTD, all, { encoding: 'utf8', timeout: 20_000 });
    assert.equal(status, 1, stderr);
    return stderr;
  };
  const short = join(stack.folder, 'short');
  writeFileSync(short, 'short\n');
  assert.match(
    said({ 'metrics.token-file': short }),
    /metrics\.token-file: \S+ must contain a token of at least 16 characters/,
  );
  assert.match(said({ 'metrics.token-file': '/nowhere' }), /metrics\.token-file: \/nowhere cannot be read/);
  assert.match(
    said({}),
    new RegExp(
      `cannot listen on 127\\.0\\.0\\.1:${metricsPort} \\(metrics\\.address, metrics\\.port\\): Address already in use`,
    ),
  );
});
