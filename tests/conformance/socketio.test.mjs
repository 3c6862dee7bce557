// The rules of the Socket.IO protocol, revision 5, on the wire, and the unchanged client against the same server. The
// server behaves as the protocol's reference server.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import { Endpoint } from '../support/engine.mjs';
import { Stack, until } from '../support/stack.mjs';

let stack, server;
before(async () => {
  stack = await Stack.start({ name: 'socketio', options: { 'conformance.echo': true } });
  server = new Endpoint(`${stack.url}/socket.io/`);
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// A connection that has not joined a namespace.
async function connection() {
  const wire = server.socket();
  await wire.next();
  return wire;
}

async function joined() {
  const wire = await connection();
  wire.send('40');
  await wire.next();
  await wire.next();
  return wire;
}

describe('connect', () => {
  async function accepted(packet, nsp, auth) {
    const wire = await connection();
    wire.send(packet);
    const answer = await wire.next();
    assert.ok(answer.startsWith(`40${nsp}{`), answer);
    const { sid, ...rest } = JSON.parse(answer.slice(2 + nsp.length));
    assert.match(sid, /^[\w-]{20}$/);
    assert.deepEqual(rest, {});
    assert.equal(await wire.next(), `42${nsp}["auth",${JSON.stringify(auth)}]`);
    await wire.close();
  }

  test('the main namespace', () => accepted('40', '', {}));
  test('the main namespace with a payload', () => accepted('40{"token":"123"}', '', { token: '123' }));
  test('a custom namespace', () => accepted('40/custom,', '/custom,', {}));
  test('a custom namespace without the comma', () => accepted('40/custom', '/custom,', {}));
  test('a custom namespace with a payload', () => accepted('40/custom,{"token":"abc"}', '/custom,', { token: 'abc' }));

  test('an unknown namespace is refused, and the connection stays', async () => {
    const wire = await connection();
    wire.send('40/random');
    assert.equal(await wire.next(), '44/random,{"message":"Invalid namespace"}');
    wire.send('40');
    assert.match(await wire.next(), /^40\{/);
    await wire.close();
  });

  test('who joins no namespace in time is let go', async () => {
    const wire = await connection();
    const began = Date.now();
    const pings = setInterval(() => wire.messages.splice(0).forEach(() => wire.send('3')), 50);
    await wire.closed;
    clearInterval(pings);
    assert.ok(Date.now() - began >= 900, 'after the connect timeout, not before');
  });

  test('a refused namespace does not stop the connect timeout', async () => {
    const wire = await connection();
    wire.send('40/random');
    const pings = setInterval(() => wire.messages.splice(0).forEach((m) => m === '2' && wire.send('3')), 50);
    await wire.closed;
    clearInterval(pings);
  });
});

describe('disconnect', () => {
  test('from the main namespace; the connection can join again', async () => {
    const wire = await joined();
    wire.send('41');
    wire.send('40');
    assert.match(await wire.next(), /^40\{/);
    await wire.close();
  });

  test('from a custom namespace; the main one stays', async () => {
    const wire = await joined();
    wire.send('40/custom');
    await wire.next();
    await wire.next();
    wire.send('41/custom');
    wire.send('42["message","to the main namespace"]');
    assert.equal(await wire.next(), '42["message-back","to the main namespace"]');
    await wire.close();
  });
});

describe('message', () => {
  test('plain text', async () => {
    const wire = await joined();
    wire.send('42["message",1,"2",{"3":[true]}]');
    assert.equal(await wire.next(), '42["message-back",1,"2",{"3":[true]}]');
    await wire.close();
  });

  test('in a namespace', async () => {
    const wire = await connection();
    wire.send('40/custom');
    await wire.next();
    await wire.next();
    wire.send('42/custom,["message","a"]');
    assert.equal(await wire.next(), '42/custom,["message-back","a"]');
    await wire.close();
  });

  test('with an acknowledgement', async () => {
    const wire = await joined();
    wire.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    assert.equal(await wire.next(), '43456[1,"2",{"3":[false]}]');
    await wire.close();
  });

  test('with binary parts', async () => {
    const wire = await joined();
    wire.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    wire.send(Buffer.from([1, 2, 3]));
    wire.send(Buffer.from([4, 5, 6]));
    assert.equal(await wire.next(), '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    assert.deepEqual(await wire.next(), Buffer.from([1, 2, 3]));
    assert.deepEqual(await wire.next(), Buffer.from([4, 5, 6]));
    await wire.close();
  });

  test('with binary parts and an acknowledgement', async () => {
    const wire = await joined();
    wire.send('452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    wire.send(Buffer.from([1, 2, 3]));
    wire.send(Buffer.from([4, 5, 6]));
    assert.equal(await wire.next(), '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    assert.deepEqual(await wire.next(), Buffer.from([1, 2, 3]));
    assert.deepEqual(await wire.next(), Buffer.from([4, 5, 6]));
    await wire.close();
  });

  test('an empty namespace of attachments is taken at once', async () => {
    const wire = await joined();
    wire.send('450-["message","a"]');
    assert.equal(await wire.next(), '42["message-back","a"]');
    await wire.close();
  });
});

describe('what ends the connection', () => {
  const bad = {
    'an unknown packet type': '4abc', 'a packet type beyond the last': '47',
    'an empty packet': '4', 'data that is no array': '42{}',
    'data that is no JSON': '42["a', 'an id that is no number': '42abc["message-with-ack",1,"2",{"3":[false]}]',
    'an id beyond 64 bits': '4299999999999999999999["message"]',
    'an event without a name': '42[]', 'an event named by an object': '42[{}]',
    'a reserved event': '42["connect"]', 'a namespace that was not joined': '42/custom,["message"]',
    'a second CONNECT of a namespace': '40', 'CONNECT with an array': '40/custom,[]', 'an ack without an id': '43[]',
    'an ack that is no array': '431{}', 'CONNECT_ERROR': '44{}', 'DISCONNECT with data': '41{}',
    'no number of attachments': '45-["message"]', 'too many attachments': '4565-["message"]',
    'a placeholder without an attachment': '42["message",{"_placeholder":true,"num":0}]',
    'a namespace name without an end': `42/${'n'.repeat(300)},["message"]`,
    'arrays in arrays without an end': `42["message",${'['.repeat(2000)}${']'.repeat(2000)}]`,
  };
  for (const [what, packet] of Object.entries(bad))
    test(what, async () => {
      const wire = await joined();
      wire.send(packet);
      await wire.closed;
    });

  test('an event before CONNECT', async () => {
    const wire = await connection();
    wire.send('42["message"]');
    await wire.closed;
  });

  test('binary that was not announced', async () => {
    const wire = await joined();
    wire.send(Buffer.from([1]));
    await wire.closed;
  });

  test('text where an attachment is due', async () => {
    const wire = await joined();
    wire.send('451-["message",{"_placeholder":true,"num":0}]');
    wire.send('42["message"]');
    await wire.closed;
  });

  test('attachments beyond the bound', async () => {
    const wire = await joined();
    wire.send(`4564-["message",${Array.from({ length: 64 }, (_, num) => `{"_placeholder":true,"num":${num}}`)}]`);
    for (let i = 0; i < 8; i++) wire.send(Buffer.alloc(900_000));
    await wire.closed;
  });

  test('and the server goes on', async () => {
    const wire = await joined();
    wire.send('42["message"]');
    assert.equal(await wire.next(), '42["message-back"]');
    await wire.close();
  });
});

// The unchanged client of npm.
for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']])
  describe(`socket.io-client over ${transports.join(' then ')}`, () => {
    let socket;
    const once = (event, of = socket) => new Promise((resolve) => of.once(event, (...args) => resolve(args)));
    before(async () => {
      socket = io(stack.url, { transports, auth: { token: 'abc' }, reconnection: false });
      const auth = once('auth');
      await once('connect');
      assert.deepEqual(await auth, [{ token: 'abc' }]);
      if (transports.length > 1 && socket.io.engine.transport.name !== 'websocket')
        await new Promise((resolve) => socket.io.engine.once('upgrade', resolve));
    });
    after(() => socket.close());

    test('ends on the transport that was asked for', () => {
      assert.equal(socket.io.engine.transport.name, transports.at(-1));
    });

    test('events', async () => {
      const back = once('message-back');
      socket.emit('message', 1, '2', { 3: ['a', null] });
      assert.deepEqual(await back, [1, '2', { 3: ['a', null] }]);
    });

    test('events with binary', async () => {
      const back = once('message-back');
      socket.emit('message', { file: Buffer.from([0, 1, 255]), name: 'x' }, new Uint8Array([7]));
      const [{ file, name }, second] = await back;
      assert.deepEqual(
        [Buffer.from(file), name, Buffer.from(second)],
        [Buffer.from([0, 1, 255]), 'x', Buffer.from([7])],
      );
    });

    test('acknowledgements, in order', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, i) => socket.emitWithAck('message-with-ack', i)),
      );
      assert.deepEqual(answers, Array.from({ length: 100 }, (_, i) => i));
    });

    test('an acknowledgement with binary', async () => {
      assert.deepEqual(
        Buffer.from(await socket.emitWithAck('message-with-ack', Buffer.from('abc'))),
        Buffer.from('abc'),
      );
    });

    test('two namespaces on one connection', async () => {
      const custom = socket.io.socket('/custom', { auth: { who: 'me' } });
      assert.deepEqual(await once('auth', custom), [{ who: 'me' }]);
      const backs = Promise.all([once('message-back'), once('message-back', custom)]);
      socket.emit('message', 'main');
      custom.emit('message', 'custom');
      assert.deepEqual(await backs, [['main'], ['custom']]);
      custom.disconnect();
      assert.ok(socket.connected);
    });

    test('an unknown namespace gives connect_error', async () => {
      const unknown = socket.io.socket('/unknown');
      const [error] = await once('connect_error', unknown);
      assert.equal(error.message, 'Invalid namespace');
    });

    test('stays connected through many heartbeats', async () => {
      let pings = 0;
      socket.io.engine.on('ping', () => pings++);
      await until(() => pings >= 5, 'five heartbeats');
      assert.ok(socket.connected);
      assert.equal(await socket.emitWithAck('message-with-ack', 'still here'), 'still here');
    });
  });
