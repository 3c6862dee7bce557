// Clients that have not authenticated: the server limits their handshakes, their connections per address and their
// time, and closes the oldest one when it needs room.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import WebSocket from 'ws';
import { Client } from '../support/client.mjs';
import { connect } from '../support/realtime.mjs';
import { Stack, until } from '../support/stack.mjs';

const perAddress = 8, most = 12, burst = 20;
let stack, user, socket;
before(async () => {
  stack = await Stack.start({
    name: 'handshakes',
    options: {
      'rates.handshake-per-second': 0.01,
      'rates.handshake-burst': burst,
      'realtime.newcomers-per-address': perAddress,
      'realtime.max-connections': most,
      'realtime.connect-timeout': '6s',
      'http.probe-interval': '10ms',
    },
  });
  user = await Client.signedIn(stack);
  socket = await connect(user);
});
after(async () => {
  socket?.close();
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// Each test uses its own loopback addresses.
let next = 1;
const address = () => `127.0.1.${next++}`;

// Sends a request to the Engine.IO path from a local address. Returns { status, headers, text }.
const ask = (localAddress, query = {}, body) =>
  new Promise((resolve, reject) => {
    const path = `/socket.io/?${new URLSearchParams({ EIO: 4, transport: 'polling', ...query })}`;
    const sent = request(
      {
        host: '127.0.0.1',
        port: stack.port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        localAddress,
        agent: false,
      },
      (answer) => {
        let text = '';
        answer
          .on('data', (d) => (text += d))
          .on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      },
    );
    sent.on('error', reject).end(body);
  });
async function handshake(from) {
  const { status, text, headers } = await ask(from);
  return { status, text, headers, sid: status === 200 ? JSON.parse(text.slice(1)).sid : null };
}
const upgrade = (localAddress) =>
  new Promise((resolve) => {
    const s = new WebSocket(`ws://127.0.0.1:${stack.port}/socket.io/?EIO=4&transport=websocket`, { localAddress });
    s.once('open', () => resolve([101, s]))
      .once('unexpected-response', (_, answer) => (resolve([answer.statusCode]), s.terminate()))
      .on('error', () => {});
  });
// Whether a session exists: an unknown session gets 400.
const isThere = async (sid) => (await ask('127.0.0.1', { sid }, '3')).status === 200;
const sessions = async () => {
  const line = (await (await fetch(`${stack.url}/metrics`)).text())
    .split('\n')
    .find((l) => l.startsWith('ainft_engineio_sessions{'));
  return Number(line.split(' ')[1]);
};
// Waits until the connections of earlier tests have ended, and only the user's own is left.
const alone = () => until(async () => (await sessions()) === 1, 'the end of who did not join', 20);
const stillHere = async () => assert.equal((await socket.command('GET', '/v1/me')).status, 200);

test('an address has so many connections that have not joined, by either transport', async () => {
  const from = address();
  for (let i = 0; i < perAddress; i++) assert.equal((await handshake(from)).status, 200);
  const { status, headers, text } = await handshake(from);
  assert.equal(status, 429);
  assert.equal(headers['retry-after'], '1');
  assert.deepEqual(JSON.parse(text), { code: 3, message: 'Too many connections from this address' });
  assert.equal((await upgrade(from))[0], 429);
  assert.equal((await handshake(address())).status, 200, 'another address is let in');
  await stillHere();
  await alone();
  assert.equal((await handshake(from)).status, 200, 'their time is over');
  await alone();
});

test('one that has joined counts no more', async () => {
  const from = address(), joined = [];
  for (let i = 0; i < perAddress + 2; i++) {
    const { status, sid } = await handshake(from);
    assert.equal(status, 200);
    joined.push(sid);
    await ask(from, { sid }, `40${JSON.stringify({ token: user.token })}`);
    await until(async () => (await ask(from, { sid })).text.includes('40{"sid"'), 'the answer to CONNECT');
  }
  for (const sid of joined) await ask(from, { sid }, '1');
  await alone();
});

test('handshakes have a rate', async () => {
  const from = address();
  let [good, late] = [0, 0];
  for (let i = 0; i < burst + 10; i++) {
    const { status, sid } = await handshake(from);
    if (status === 200) {
      good++;
      await ask(from, { sid }, '1');
      await ask(from, { sid }); // the poll after the close frees its place
    } else {
      assert.equal(status, 429);
      late++;
    }
  }
  assert.deepEqual([good, late], [burst, 10]);
  await stillHere();
  await alone();
});

test('when all places are taken the oldest that has not joined goes', async () => {
  const addresses = [address(), address()], all = [];
  for (let i = 0; i < most - 1; i++) all.push((await handshake(addresses[i % 2])).sid);
  assert.ok(all.every(Boolean));
  await until(async () => (await sessions()) === most, 'all places being taken');
  const late = await handshake(address());
  assert.equal(late.status, 200);
  await until(async () => !(await isThere(all[0])), 'the end of the oldest');
  assert.ok(await isThere(all[1]));
  assert.ok(await isThere(late.sid));
  const [status, second] = await upgrade(address());
  assert.equal(status, 101);
  await until(async () => !(await isThere(all[1])), 'the end of the second');
  second.terminate();
  await stillHere();
  await alone();
});

test('when all places are taken by who has joined, nobody more is let in', async () => {
  const held = [];
  try {
    for (let i = 1; i < most; i++) held.push(await connect(user));
    const { status, headers } = await handshake(address());
    assert.equal(status, 503);
    assert.equal(headers['retry-after'], '1');
  } finally {
    held.forEach((s) => s.close());
  }
  await alone();
});

test('who tries to join with a bad token gets no more time', async () => {
  const from = address();
  const { sid } = await handshake(from);
  const begin = Date.now();
  await until(async () => (await ask(from, { sid }, '40{"token":"x"}')).status !== 200, 'its end', 20);
  assert.ok(Date.now() - begin < 12_000, 'it had its time, and no more');
  await stillHere();
});
