// Callers behind proxies: rates apply to clients, not to the proxies between. HAProxy is a real one.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { Stack, freePort, until } from '../support/stack.mjs';

// Each caller has three requests of the class. The budget does not refill while the test runs.
const scarce = { 'rates.sign-in-per-second': 0.0001, 'rates.sign-in-burst': 3 };
const stacks = {}, proxies = [];

const nodes = {
  plain: {},
  header: { 'http.trusted-proxies': '["127.0.0.1", "10.0.0.0/8"]' },
  forwarded: { 'http.trusted-proxies': '["127.0.0.1"]', 'http.client-header': 'forwarded' },
  protocol: {
    'http.trusted-proxies': '["127.0.0.1"]',
    'http.client-header': 'none',
    'http.proxy-protocol': true,
    'http.header-timeout': '1s',
  },
};

// A stack that sends its readiness probe through the proxy protocol, if its settings demand it.
class Behind extends Stack {
  async isReady() {
    return this.options['http.proxy-protocol']
      ? (await raw(this.port, 'PROXY UNKNOWN\r\nGET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'))
          .status === 200
      : super.isReady();
  }
}

before(async () => {
  for (const [name, options] of Object.entries(nodes))
    stacks[name] = await new Behind().begin({ name: `proxy_${name}`, options: { ...scarce, ...options } });
  proxies.push(
    await haproxy('header', '  option forwardfor', ''),
    await haproxy('protocol', '', ' send-proxy-v2 check check-send-proxy inter 200'),
  );
});
after(async () => {
  for (const p of proxies) p.child.kill('SIGTERM');
  for (const s of Object.values(stacks))
    assert.deepEqual(await s.stop(), { code: 0, signal: null }, s.log().slice(-6000));
});

async function haproxy(name, frontend, server) {
  const stack = stacks[name], port = await freePort(), file = join(stack.folder, 'haproxy.cfg');
  writeFileSync(file, `defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
${frontend}
  option httpchk GET /readyz
  server one 127.0.0.1:${stack.port}${server}
`);
  const child = spawn('/usr/sbin/haproxy', ['-db', '-f', file], { stdio: 'ignore' });
  await until(() => fetch(`http://127.0.0.1:${port}/healthz`).then((r) => r.ok, () => false), 'HAProxy');
  return { port, child };
}

// One request of the class. The server checks its rate before its body.
const ask = (port, { from = '127.0.0.1', headers = {} } = {}) => new Promise((resolve, reject) => {
  const r = request(
    {
      port, host: '127.0.0.1', localAddress: from, method: 'POST', path: '/v1/auth/siws/challenge', agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    },
    (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    },
  );
  r.on('error', reject).end('{}');
});
const four = async (port, how) =>
  [await ask(port, how), await ask(port, how), await ask(port, how), await ask(port, how)].join(' ');
const three_of_four = '422 422 422 429';

// Sends these bytes, and returns the answer.
function raw(port, bytes, { patience = 5000, from = '127.0.0.1' } = {}) {
  return new Promise((resolve, reject) => {
    let text = '';
    const begin = Date.now();
    const socket = dial({ port, host: '127.0.0.1', localAddress: from }, () => bytes && socket.write(bytes));
    socket.setTimeout(patience, () => { socket.destroy(); reject(new Error(`nothing came within ${patience} ms`)); });
    socket.on('data', (d) => (text += d.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () =>
      resolve({ status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 0), text, ms: Date.now() - begin }),
    );
  });
}
const body =
  'POST /v1/auth/siws/challenge HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n' +
    'Connection: close\r\n';
const from_v1 = async (source, headers = '') =>
  (
    await raw(
      stacks.protocol.port,
      `PROXY TCP${source.includes(':') ? 6 : 4} ${source} ${source.includes(':') ? '::1' : '127.0.0.1'} 4000 ` +
        `80\r\n${body}${headers}\r\n{}`,
    )
  ).status;

test('a platform that trusts nobody takes no header for an address', async () => {
  const { port } = stacks.plain;
  const spoofed = (n) => ({ headers: { 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` } });
  const answers = [];
  for (let n = 1; n <= 4; n++) answers.push(await ask(port, spoofed(n)));
  assert.equal(answers.join(' '), three_of_four);
  assert.equal(
    (await raw(port, 'PROXY TCP4 203.0.113.1 127.0.0.1 4000 80\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')).status,
    400,
  );
});

test('X-Forwarded-For: each client has its own rate behind one proxy', async () => {
  const { port } = stacks.header;
  const of = (list) => ({ headers: { 'x-forwarded-for': list } });
  assert.equal(await four(port, of('203.0.113.1')), three_of_four);
  assert.equal(await four(port, of('203.0.113.2')), three_of_four);
  assert.equal(await ask(port, of('203.0.113.9, 203.0.113.1')), 429, 'what a client puts in front does not count');
  assert.equal(await ask(port, of('203.0.113.1, 10.1.2.3')), 429, 'nor do trusted proxies behind it');
  assert.equal(await four(port, of('2001:db8::1')), three_of_four);
  assert.equal(await ask(port, of('2001:db8::ffff')), 429, 'an IPv6 network is one caller');
  assert.equal(await ask(port, of('2001:db8:0:1::1')), 422);
  assert.equal(await ask(port, of('::ffff:203.0.113.1')), 429);
});

test('an address that is not trusted changes nothing by its headers', async () => {
  const { port } = stacks.header;
  const answers = [];
  for (let n = 1; n <= 4; n++)
    answers.push(await ask(port, { from: '127.0.0.77', headers: { 'x-forwarded-for': `203.0.113.${100 + n}` } }));
  assert.equal(answers.join(' '), three_of_four);
});

test('Forwarded: as RFC 7239 has it, and no other header', async () => {
  const { port } = stacks.forwarded;
  const of = (line) => ({ headers: { forwarded: line, 'x-forwarded-for': '198.51.100.1' } });
  assert.equal(await four(port, of('for=203.0.113.1;proto=https')), three_of_four);
  assert.equal(await ask(port, of('for=203.0.113.8, For="203.0.113.1:4711";by=10.0.0.1')), 429);
  assert.equal(await four(port, of('for="[2001:db8::1]:4711"')), three_of_four);
});

test('the PROXY protocol, version 1: from a trusted peer, and it is required', async () => {
  const { port } = stacks.protocol;
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await from_v1('203.0.113.1'));
  assert.equal(answers.join(' '), three_of_four);
  assert.equal(await from_v1('203.0.113.2', 'X-Forwarded-For: 203.0.113.3\r\n'), 422);
  assert.equal(await from_v1('::ffff:203.0.113.1'), 429);
  const without = await raw(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.equal(without.text, '', 'a trusted proxy without a header is not answered');
  const late = await raw(port, 'PROXY TCP4 203.0.113.1');
  assert.equal(late.text, '');
  assert.ok(late.ms < 4000, 'a header that does not end is given up');
  const long = await raw(port, `PROXY TCP4 ${'1'.repeat(200)}`);
  assert.ok(long.text === '' && long.ms < 900, 'one that is too long at once');
});

test('the PROXY protocol is not taken from a peer that is not trusted', async () => {
  const { port } = stacks.protocol;
  assert.equal(
    (
      await raw(port, 'PROXY TCP4 203.0.113.50 127.0.0.1 4000 80\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', {
        from: '127.0.0.77',
      })
    ).status,
    400,
  );
  assert.equal(await four(port, { from: '127.0.0.78' }), three_of_four, 'it needs none, and has its own rate');
});

test('HAProxy: with forwardfor, and with send-proxy-v2', async () => {
  for (const { port } of proxies) {
    assert.equal(await four(port, { from: '127.0.0.31' }), three_of_four);
    assert.equal(
      await four(port, { from: '127.0.0.32', headers: { 'x-forwarded-for': '203.0.113.200' } }),
      three_of_four,
    );
    assert.equal(await ask(port, { from: '127.0.0.31' }), 429);
  }
});
