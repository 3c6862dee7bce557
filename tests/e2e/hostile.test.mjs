// Hostile bytes without a token, on each transport. The process survives. At most the connection that sent them ends,
// and all other connections continue.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { io } from 'socket.io-client';
import { Endpoint } from '../support/engine.mjs';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack, engine, user, bystander, pid;
before(async () => {
  stack = await Stack.start({ name: 'hostile' });
  engine = new Endpoint(`${stack.url}/socket.io/`);
  user = await Client.signedIn(stack);
  pid = stack.platform.pid;
  bystander = io(stack.url, { auth: { token: user.token }, transports: ['websocket'], reconnection: false });
  await new Promise((resolve, reject) => bystander.once('ready', resolve).once('connect_error', reject));
});
after(async () => {
  bystander?.close();
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// Checks that the same process serves, and that the earlier connections are still open.
async function allIsWell(what) {
  const health = await fetch(`${stack.url}/healthz`).then((r) => r.status, (e) => String(e.cause ?? e));
  assert.equal(health, 200, `after ${what}: ${stack.log().slice(-1500)}`);
  assert.equal(stack.platform.exitCode, null, what);
  assert.equal(stack.platform.signalCode, null, what);
  assert.equal(stack.platform.pid, pid);
  assert.ok(bystander.connected, `after ${what} another connection ended`);
  const answer = await bystander.timeout(5000).emitWithAck('command', { method: 'GET', path: '/v1/me' });
  assert.equal(answer.status, 200, what);
}

const deep = (n, open = '[', close = ']') => open.repeat(n) + close.repeat(n);
// JSON that is invalid, or that breaks some parsers.
const values = {
  'a number beyond a double': '{"a":1e999}',
  'a negative number beyond a double': '{"a":-1e999}',
  'a number of 400 digits': `{"a":${'9'.repeat(400)}}`,
  'a number too small for a double': '{"a":1e-999}',
  '2^64': '{"a":18446744073709551616}',
  '-2^63-1': '{"a":-9223372036854775809}',
  'NaN': '{"a":NaN}',
  'Infinity': '{"a":-Infinity}',
  'nested 65 levels': `{"a":${deep(65)}}`,
  'nested 20,000 levels': `{"a":${deep(20_000)}}`,
  'objects nested 8,000 levels': deep(8_000, '{"a":', '}'),
  'a lone high surrogate': '{"a":"\\ud800"}',
  'a lone low surrogate': '{"a":"\\udc00x"}',
  'a surrogate as a name': '{"\\udfff":1}',
  'NUL in a text': '{"a":"\\u0000"}',
  'a member twice': '{"a":1,"a":2}',
  'a text that does not end': '{"a":"',
  'a number first': '1e999',
  'an array first': '[1e999]',
  'nothing but a sign': '-',
  'an empty text': '""',
};

describe('Socket.IO packets', () => {
  const kinds = {
    CONNECT: (json) => `40${json}`,
    'CONNECT to /admin': (json) => `40/admin,${json}`,
    EVENT: (json) => `42["subscribe",${json}]`,
    ACK: (json) => `430[${json}]`,
    'BINARY_EVENT': (json) => `451-["x",{"_placeholder":true,"num":${json}}]`,
  };
  const others = [
    '4', '40{', '409', '4099999999999999999999{}', `40/${'x'.repeat(5000)},{}`, '42[]', '42[1e999]', '42[{}]',
    '42["connect"]', '45-["a"]', '4599999999999999999999-["a"]', '43', '44{"message":1e999}', '46', '4\u0000',
    '4\ud83d', '0', '1', '2probe', '5', '6', '9', '', 'b====', 'bAAAA', '\x1e\x1e', '4\x1e4',
  ];
  const packets = [
    ...Object.entries(kinds).flatMap(([kind, make]) =>
      Object.entries(values).map(([what, json]) => [`${kind} with ${what}`, make(json)]),
    ),
    ...others.map((p) => [JSON.stringify(p).slice(0, 60), p]),
  ];

  test('by polling', async () => {
    for (const [what, packet] of packets) {
      const { sid } = await engine.open();
      await engine.post({ sid }, packet).catch(() => {});
      await allIsWell(`${what} by polling`);
    }
  });

  test('by WebSocket', async () => {
    for (const [what, packet] of packets) {
      const wire = engine.socket();
      await wire.next();
      wire.send(packet);
      wire.send('2');
      await Promise.race([wire.closed, new Promise((r) => setTimeout(r, 30))]);
      wire.socket.terminate();
      await allIsWell(`${what} by WebSocket`);
    }
  });

  test('bytes that are no UTF-8, and binary without an event', async () => {
    for (const bytes of [
      Buffer.from('40{"a":"\xff"}', 'latin1'),
      Buffer.from([0x34, 0x32, 0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]),
      Buffer.alloc(1000, 0xff),
    ]) {
      const { sid } = await engine.open();
      await engine.post({ sid }, bytes).catch(() => {});
      const wire = engine.socket();
      await wire.next();
      wire.socket.send(bytes, { binary: true });
      await wire.closed;
      await allIsWell('bytes that are no UTF-8');
    }
  });

  test('one that has joined is answered, or its connection alone ends', async () => {
    for (const [what, json] of Object.entries(values)) {
      const wire = engine.socket();
      await wire.next();
      wire.send(`40${JSON.stringify({ token: user.token })}`);
      await wire.next();
      await wire.next(); // ready
      wire.send(`421["subscribe",${json}]`);
      const said = await Promise.race([wire.closed, wire.next()]);
      if (typeof said === 'string') assert.match(said, /^431\[\{"status":4\d\d,/, what);
      wire.socket.terminate();
      await allIsWell(what);
    }
  });
});

test('JSON bodies over HTTP are refused with 400 or 422, and a text that says why', async () => {
  const headers = { 'content-type': 'application/json' };
  const routes = [
    ['POST', '/v1/studios', user],
    ['POST', '/v1/auth/siws/challenge', new Client(stack)],
    ['POST', '/v1/auth/refresh', new Client(stack)],
    ['POST', '/v1/nfts', user],
    ['POST', '/v1/listings', user],
    ['POST', '/v1/ai/jobs', user],
    ['POST', '/v1/ai/prompt-templates', user],
    ['POST', '/v1/ai/agents', user],
  ];
  for (const [method, path, client] of routes)
    for (const [what, raw] of Object.entries(values)) {
      const answer = await client.request(method, path, { raw, headers });
      const said = `${what} to ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
      assert.ok([400, 422].includes(answer.status), said);
      assert.ok(answer.body.detail.length > 10, said);
      assert.ok(!answer.body.detail.includes('json.exception'), said);
    }
  const { body } = await user.request('POST', '/v1/studios', { raw: '{"name":"a","list":[0,{"x/y":1e999}]}', headers });
  assert.deepEqual(body.errors, [
    { pointer: '/list/1/x~1y', rule: 'must be within the range of a 64-bit floating-point number' },
  ]);
  await allIsWell('hostile bodies');
});

test('a refusal names so many fields, and says how many more there are', async () => {
  const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`field${i}`, 1]));
  const answer = await user.request('POST', '/v1/studios', { body: { ...fields, ['long'.repeat(2000)]: 1 } });
  assert.equal(answer.status, 422);
  assert.equal(answer.body.errors.length, 50);
  assert.equal(answer.body.moreErrors, 3001 + 2 - 50); // name and slug are missing
  assert.match(answer.body.detail, /2953 of which are not listed/);
  assert.ok(JSON.stringify(answer.body).length < 20_000);
});

test("an event's name that is cut within a letter is answered", async () => {
  for (const name of [
    'a'.repeat(59) + '\u00e9',
    'a'.repeat(58) + '\u20ac',
    'a'.repeat(57) + '\u{1f600}'.repeat(20),
    '\u{1f600}'.repeat(40),
  ]) {
    const answer = await bystander.timeout(5000).emitWithAck(name, {});
    assert.equal(answer.status, 404);
    assert.match(answer.body.detail, /^no such event: "/);
    assert.ok(!answer.body.detail.includes('\ufffd'), answer.body.detail);
  }
});

test('what was thrown is counted, and the log has nothing of what was sent', async () => {
  assert.ok(!stack.log().replace(/\[request [^\]]*\]/g, '').includes('1e999')); // ids are random hexadecimal digits
  const metrics = await fetch(`${stack.url}/metrics`).then((r) => r.text());
  assert.ok(!/ainft_exceptions_total\{/.test(metrics), 'nothing of this is unexpected');
});

// Sends the requests one after the other on one connection, until the server closes it.
const raw = (text, seconds = 8) =>
  new Promise((resolve, reject) => {
    const socket = connect(stack.port, '127.0.0.1');
    let all = '';
    const late = setTimeout(() => reject(new Error(`still open: ${all}`)), seconds * 1000);
    socket.on('data', (d) => (all += d)).on('error', () => {}).on('close', () => (clearTimeout(late), resolve(all)));
    socket.write(text, 'latin1');
  });

describe('bodies in chunks', () => {
  const begin =
    'POST /v1/auth/siws/challenge HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
    'Transfer-Encoding: chunked\r\n\r\n';

  // Sends the same piece every few milliseconds, so that the client reads the answer in between. Stops when the server
  // closes the connection or has accepted too many bytes.
  const endless = (first, piece, most = 32 << 20) =>
    new Promise((resolve) => {
      const socket = connect(stack.port, '127.0.0.1');
      let said = '', sent = 0, over = false;
      const done = () => { over = true; socket.destroy(); resolve({ said, sent }); };
      socket
        .on('data', (d) => {
          said += d;
          if (said.includes('\r\n\r\n')) done();
        })
        .on('error', done)
        .on('close', done);
      const more = () => {
        if (over) return;
        if (sent >= most) return done();
        sent += piece.length;
        socket.write(piece);
        setTimeout(more, 5);
      };
      socket.write(begin + first, more);
    });

  for (const [what, first] of [
    ["a chunk's extension without an end", '5;'],
    ['a trailer without an end', '2\r\n{}\r\n0\r\nA: '],
    ["a chunk's size without an end", '0'],
  ])
    test(what, async () => {
      const { said, sent } = await endless(first, (first === '0' ? '0' : 'a').repeat(65_536));
      assert.match(said, /^HTTP\/1\.1 400 /, `${sent} bytes were taken`);
      assert.ok(sent < 16 << 20, `${sent} bytes were taken`);
      await allIsWell(what);
    });

  test('a trailer that nobody has looked at', async () => {
    const trailer = (field) =>
      raw(
        `POST /v1/studios HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\n` +
          'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n' +
          `0\r\n${field}\r\n`,
      );
    for (const field of ['Idempotency-Key: a\r\n', 'If-Match: "v7"\r\n', 'Host: y\r\n', 'X-Other: z\r\n'])
      assert.match(await trailer(field), /^HTTP\/1\.1 400 .*trailer/s, field);
    assert.match(await trailer(''), /^HTTP\/1\.1 422 /, 'without one the body is read');
  });
});

test('what ends a connection, and what has no body', async () => {
  assert.equal(
    [
      ...(
        await raw(
          'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n' +
            'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
        )
      ).matchAll(/HTTP\/1\.1 200/g),
    ].length,
    1,
  );
  const preflight = await raw(
    'OPTIONS /v1/studios HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\nAccess-Control-Request-Method: POST\r\n' +
      'Connection: close\r\n\r\n',
  );
  assert.match(preflight, /^HTTP\/1\.1 204 /);
  assert.doesNotMatch(preflight, /content-length/i);
  assert.match(
    await raw(
      'GET /healthz HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.0\r\nHost: x\r\n\r\n',
    ),
    /Connection: keep-alive/i,
  );
  const old = await raw(
    'POST /v1/auth/siws/challenge HTTP/1.0\r\nHost: x\r\nContent-Type: application/json\r\n' +
      'Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}',
  );
  assert.doesNotMatch(old, /100 Continue/);
});

test('a refusal is read by who is still sending', async () => {
  for (let i = 0; i < 3; i++) {
    const answer = await fetch(`${stack.url}/v1/assets`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: Buffer.alloc(15 << 20),
    });
    assert.equal(answer.status, 401);
  }
});

test('fields that may come once', async () => {
  for (const field of ['Authorization: Bearer x', 'Idempotency-Key: a'])
    assert.match(
      await raw(
        `POST /v1/studios HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\n${field}\r\n${field}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      ),
      /^HTTP\/1\.1 422 .*must occur only once/s,
      field,
    );
});

describe('heads that proxies and servers may read differently', () => {
  const smuggled = 'GET /v1/smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const post = (fields, body = '') => `POST /v1/studios HTTP/1.1\r\n${fields}\r\n\r\n${body}`;
  const chunks = '2\r\n{}\r\n0\r\n\r\n';
  const heads = {
    'chunked that is not last': [post('Host: x\r\nTransfer-Encoding: chunked, identity', chunks), 400],
    'chunked twice': [post('Host: x\r\nTransfer-Encoding: chunked, chunked', chunks), 400],
    'chunked in two fields': [post('Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked', chunks), 400],
    'an unknown coding': [post('Host: x\r\nTransfer-Encoding: xchunked', chunks), 501],
    'an unknown coding and chunked': [post('Host: x\r\nTransfer-Encoding: gzip, chunked', chunks), 501],
    'chunked with a parameter': [post('Host: x\r\nTransfer-Encoding: chunked;q=1', chunks), 501],
    'a quoted chunked': [post('Host: x\r\nTransfer-Encoding: "chunked"', chunks), 501],
    'no coding': [post('Host: x\r\nTransfer-Encoding: ', chunks), 400],
    'a vertical tab before chunked': [post('Host: x\r\nTransfer-Encoding: \x0bchunked', chunks), 400],
    'xchunked with a length': [post('Host: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 2', '{}'), 400],
    'chunked with a length': [post('Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4', chunks), 400],
    'a length with chunked': [post('Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked', chunks), 400],
    'chunked in HTTP/1.0': [post('Host: x\r\nTransfer-Encoding: chunked', chunks).replace('HTTP/1.1', 'HTTP/1.0'), 400],
    'two lengths': [post('Host: x\r\nContent-Length: 2\r\nContent-Length: 3', '{} '), 400],
    'the same length twice': [post('Host: x\r\nContent-Length: 2\r\nContent-Length: 2', '{}'), 400],
    'a list of lengths': [post('Host: x\r\nContent-Length: 2, 2', '{}'), 400],
    'a length with a sign': [post('Host: x\r\nContent-Length: +2', '{}'), 400],
    'a length below zero': [post('Host: x\r\nContent-Length: -1', '{}'), 400],
    'a length in hexadecimal': [post('Host: x\r\nContent-Length: 0x2', '{}'), 400],
    'an empty length': [post('Host: x\r\nContent-Length: ', '{}'), 400],
    'a length beyond 64 bits': [post('Host: x\r\nContent-Length: 18446744073709551618', '{}'), 400],
    'no Host': [post('Content-Length: 2', '{}'), 400],
    'two Hosts': [post('Host: x\r\nHost: y\r\nContent-Length: 2', '{}'), 400],
    'the same Host twice': [post('Host: x\r\nhost: x\r\nContent-Length: 2', '{}'), 400],
    'a Host with a path': [post('Host: x/y\r\nContent-Length: 2', '{}'), 400],
    'a Host with a user': [post('Host: a@b\r\nContent-Length: 2', '{}'), 400],
    'a list of Hosts': [post('Host: x, y\r\nContent-Length: 2', '{}'), 400],
    'a folded line': [post('Host: x\r\nX-A: b\r\n c\r\nContent-Length: 2', '{}'), 400],
    'a folded Transfer-Encoding': [post('Host: x\r\nTransfer-Encoding:\r\n\tchunked\r\nContent-Length: 2', '{}'), 400],
    'a line that begins with a space': [post(' Host: x\r\nHost: x\r\nContent-Length: 2', '{}'), 400],
    'a space before the colon': [post('Host: x\r\nContent-Length : 2', '{}'), 400],
    'a tab before the colon': [post('Host: x\r\nTransfer-Encoding\t: chunked', chunks), 400],
    'a line without a colon': [post('Host: x\r\nContent-Length\r\nX: y', '{}'), 400],
    'a line without a name': [post('Host: x\r\n: 2\r\nContent-Length: 2', '{}'), 400],
    'lines that end with LF': ['GET /healthz HTTP/1.1\nHost: x\n\n', 400],
    'one line that ends with LF': [post('Host: x\r\nX: y\nContent-Length: 2', '{}'), 400],
    'a CR within a value': [post('Host: x\r\nX: y\rContent-Length: 2', '{}'), 400],
    'a NUL within a value': [post('Host: x\r\nX: y\0\r\nContent-Length: 2', '{}'), 400],
    'an end of LF LF': ['GET /healthz HTTP/1.1\r\nHost: x\r\n\n', 400],
  };
  for (const [what, [head, status]] of Object.entries(heads))
    test(what, async () => {
      const answer = await raw(head + smuggled);
      assert.deepEqual([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((m) => Number(m[1])), [status], answer);
      assert.match(answer, /application\/problem\+json/);
      assert.match(answer, /connection: close/i);
      assert.ok(!answer.includes('smuggled'), answer);
    });

  test('a head that is only unusual is accepted', async () => {
    const one = (fields, line = 'GET /healthz HTTP/1.1') => raw(`${line}\r\n${fields}\r\nConnection: close\r\n\r\n`);
    for (const fields of [
      'Host:', 'Host: [::1]:8080', 'Host: a-b.example:80', 'HOST: x', 'Host: x\r\nX:', 'Host:\tx \t',
      'Host: x\r\nX: \xe9', 'Host: x\r\nContent-Length: 0',
    ])
      assert.match(await one(fields), /^HTTP\/1\.1 200 /, fields);
    assert.match(await one('X: y', 'GET /healthz HTTP/1.0'), /^HTTP\/1\.1 200 /, 'HTTP/1.0 has no Host');
    assert.match(await raw('\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 /);
    const chunked = await raw(
      'POST /v1/auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
        `Transfer-Encoding: Chunked\r\nConnection: close\r\n\r\n${chunks}`,
    );
    assert.match(chunked, /^HTTP\/1\.1 422 /);
  });

  test('a head that comes byte by byte is the same', async () => {
    const socket = connect(stack.port, '127.0.0.1').setNoDelay();
    let all = '';
    socket.on('data', (d) => (all += d));
    for (const byte of `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`) {
      socket.write(byte);
      await new Promise((r) => setTimeout(r, 1));
    }
    await until(() => all.includes('\r\n\r\n'), 'the answer');
    assert.match(all, /^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('an upgrade has a head like any other', async () => {
    const upgrade = (fields) =>
      raw(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${fields}Connection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    assert.match(await upgrade(''), /^HTTP\/1\.1 400 /);
    assert.match(await upgrade('Host: x\r\nHost: y\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await upgrade('Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n'), /^HTTP\/1\.1 400 /);
  });
});

test('a traceparent goes on only if it is one', async () => {
  const trace = 'a'.repeat(32);
  const sent = async (traceparent) =>
    (await fetch(`${stack.url}/healthz`, { headers: { traceparent } })).headers.get('traceparent').slice(3, 35);
  for (const good of [`00-${trace}-${'b'.repeat(16)}-01`, `01-${trace}-${'b'.repeat(16)}-01-more`])
    assert.equal(await sent(good), trace, good);
  for (const bad of [
    `00-${'z'.repeat(32)}-${'b'.repeat(16)}-01`, `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`, `00-${trace.toUpperCase()}-${'b'.repeat(16)}-01`,
    `ff-${trace}-${'b'.repeat(16)}-01`, `00-${trace}-${'b'.repeat(16)}-01-more`, `00-${trace}-${'b'.repeat(16)}-zz`,
    `00-${trace.slice(1)}"-${'b'.repeat(16)}-01`,
  ]) {
    const got = await sent(bad);
    assert.match(got, /^[0-9a-f]{32}$/, bad);
    assert.notEqual(got.toLowerCase(), bad.slice(3, 35).toLowerCase(), bad);
  }
});
