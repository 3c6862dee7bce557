// permessage-deflate (RFC 7692), when it is enabled.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../support/client.mjs';
import { Endpoint } from '../support/engine.mjs';
import { connect } from '../support/realtime.mjs';
import { Stack, until } from '../support/stack.mjs';

let stack, user;
before(async () => {
  stack = await Stack.start({ name: 'compression', options: { 'realtime.compression': true } });
  user = await Client.signedIn(stack);
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

test('is negotiated, and large answers and many events come whole and in order', async () => {
  const wire = new Endpoint(`${stack.url}/socket.io/`).socket();
  await wire.next();
  assert.match(wire.socket.extensions, /permessage-deflate/);
  wire.send(`40${JSON.stringify({ token: user.token })}`);
  await wire.next();
  await wire.next();
  const received = () => wire.socket._socket.bytesRead;
  const before = received();
  wire.send('421["command",{"method":"GET","path":"/openapi.json"}]');
  const answer = await wire.next();
  const [{ status, body }] = JSON.parse(answer.slice(3));
  assert.equal(status, 200);
  assert.deepEqual(body, await user.get('/openapi.json'));
  assert.ok(received() - before < answer.length / 2, `${received() - before} bytes for ${answer.length}`);
  await wire.close();
});

test('the stock client works with it, also after an upgrade', async () => {
  const socket = await connect(user, { transports: ['polling', 'websocket'], perMessageDeflate: { threshold: 0 } });
  await until(() => socket.io.engine.transport.name === 'websocket', 'the upgrade');
  const answers = await Promise.all(Array.from({ length: 20 }, () => socket.command('GET', '/v1/me')));
  for (const { status, body } of answers) assert.deepEqual([status, body.user.id], [200, user.user.id]);
  socket.close();
});

test('a client that does not offer it is served without', async () => {
  const wire = new Endpoint(`${stack.url}/socket.io/`).socket({}, { perMessageDeflate: false });
  await wire.next();
  assert.equal(wire.socket.extensions, '');
  wire.send(`40${JSON.stringify({ token: user.token })}`);
  assert.match(await wire.next(), /^40\{/);
  await wire.close();
});
