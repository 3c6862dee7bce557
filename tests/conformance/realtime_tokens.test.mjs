// Tokens that expire while a socket is connected.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../support/client.mjs';
import { connect, event } from '../support/realtime.mjs';
import { Stack } from '../support/stack.mjs';

let stack;
before(async () => {
  stack = await Stack.start({
    name: 'tokens',
    options: { 'auth.access-lifetime': '3s', 'realtime.token-grace': '1s' },
  });
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const refresh = async (client) => {
  const tokens = await client.post('/v1/auth/refresh', { refreshToken: client.refreshToken });
  client.refreshToken = tokens.refreshToken;
  return tokens.accessToken;
};

test('the socket is told before its token ends, and goes on with a new one', async () => {
  const client = await Client.signedIn(stack);
  const socket = await connect(client);
  let told = 0;
  socket.on('token.expired', () => told++);
  for (let i = 0; i < 2; i++) {
    await event(socket, 'token.expiring');
    client.token = await refresh(client);
    const answer = await socket.ask('authenticate', { token: client.token });
    assert.equal(answer.status, 200);
    assert.ok(Date.parse(answer.expiresAt) > Date.now());
  }
  assert.equal((await socket.command('GET', '/v1/me')).status, 200);
  assert.deepEqual([told, socket.connected], [0, true]);
  socket.close();
});

test('one whose token has ended is told, asks for nothing, and is let go after a while', async () => {
  const client = await Client.signedIn(stack);
  const socket = await connect(client, { reconnection: false });
  const [{ disconnectsInSeconds }] = await event(socket, 'token.expired');
  assert.equal(disconnectsInSeconds, 1);
  for (const [name, body] of [['command', { method: 'GET', path: '/v1/me' }], ['subscribe', { room: 'market' }]]) {
    const refused = await socket.ask(name, body);
    assert.deepEqual([refused.status, refused.body.code], [401, 'token_invalid']);
  }
  const [ended, gone] = [event(socket, 'session.ended'), event(socket, 'disconnect')];
  assert.deepEqual((await ended)[0], { reason: 'token_expired' });
  assert.equal((await gone)[0], 'io server disconnect');
});

test('a new token in the time of grace brings it back', async () => {
  const client = await Client.signedIn(stack);
  const socket = await connect(client, { reconnection: false });
  await event(socket, 'token.expired');
  client.token = await refresh(client);
  assert.equal((await socket.ask('authenticate', { token: client.token })).status, 200);
  assert.equal((await socket.command('GET', '/v1/me')).status, 200);
  socket.close();
});

test("neither another session's token nor a wrong one does", async () => {
  const [client, other] = [await Client.signedIn(stack), await Client.signedIn(stack)];
  const socket = await connect(client);
  const foreign = await socket.ask('authenticate', { token: other.token });
  assert.deepEqual([foreign.status, foreign.body.code], [403, 'forbidden']);
  const wrong = await socket.ask('authenticate', { token: 'abc' });
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'token_invalid']);
  const none = await socket.ask('authenticate', {});
  assert.deepEqual([none.status, none.body.errors[0].pointer], [422, '/token']);
  socket.close();
});
