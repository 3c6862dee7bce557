// The rules of the Engine.IO protocol, revision 4, on the wire. The server echoes each message.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Endpoint, pause, separator } from '../support/engine.mjs';
import { Stack, until } from '../support/stack.mjs';

const pingInterval = 300, pingTimeout = 200;
let stack, engine;
before(async () => {
  stack = await Stack.start({ name: 'engineio', options: { 'conformance.echo': true } });
  engine = new Endpoint(`${stack.url}/engine.io/`);
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

async function socket() {
  const wire = engine.socket();
  wire.handshake = JSON.parse((await wire.next()).slice(1));
  return wire;
}

function checkHandshake(open, upgrades) {
  assert.deepEqual(Object.keys(open).sort(), ['maxPayload', 'pingInterval', 'pingTimeout', 'sid', 'upgrades']);
  assert.match(open.sid, /^[\w-]{20}$/);
  assert.deepEqual(open.upgrades, upgrades);
  assert.deepEqual([open.pingInterval, open.pingTimeout, open.maxPayload], [pingInterval, pingTimeout, 1000000]);
}

describe('handshake', () => {
  test('polling opens a session that may be upgraded', async () => {
    const { status, text, headers } = await engine.get({});
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/plain; charset=UTF-8');
    assert.equal(text[0], '0');
    checkHandshake(JSON.parse(text.slice(1)), ['websocket']);
  });

  test('a WebSocket opens a session with nothing to upgrade to', async () => {
    const wire = await socket();
    checkHandshake(wire.handshake, []);
    await wire.close();
  });

  test('each session has an id of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => engine.open().then((open) => open.sid)));
    assert.equal(new Set(ids).size, 20);
  });

  test('serves the path without its last slash too', async () => {
    assert.equal((await new Endpoint(`${stack.url}/engine.io`).get({})).status, 200);
  });

  const refusals = [
    ['no EIO', { EIO: '' }, 5], ['an unknown EIO', { EIO: 'abc' }, 5], ['revision 3', { EIO: 3 }, 5],
    ['no transport', { transport: '' }, 0], ['an unknown transport', { transport: 'abc' }, 0],
    ['an unknown session', { sid: 'abc' }, 1],
  ];
  for (const [what, query, code] of refusals) {
    test(`polling with ${what} is a 400`, async () => {
      const { status, text } = await engine.get(query);
      assert.equal(status, 400);
      assert.equal(JSON.parse(text).code, code);
    });
    test(`a WebSocket with ${what} is a 400`, async () => {
      await assert.rejects(engine.socket(query).opened, /400/);
    });
  }

  for (const method of ['POST', 'PUT', 'DELETE']) {
    test(`${method} without a session is a 400`, async () => {
      const { status, text } = await engine.get({}, { method });
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(text), { code: 2, message: 'Bad handshake method' });
    });
  }

  test('a GET for a WebSocket that asks for no upgrade is a 400', async () => {
    assert.equal((await engine.get({ transport: 'websocket' })).status, 400);
  });
});

describe('polling', () => {
  test('messages are echoed, and a POST is answered with ok', async () => {
    const { sid } = await engine.open();
    const posted = await engine.post({ sid }, '4hello');
    assert.deepEqual([posted.status, posted.text], [200, 'ok']);
    assert.equal((await engine.get({ sid })).text, '4hello');
  });

  test('a payload holds several packets', async () => {
    const { sid } = await engine.open();
    assert.equal((await engine.post({ sid }, ['4test1', '4test2', '4test3'].join(separator))).status, 200);
    assert.equal((await engine.get({ sid })).text, ['4test1', '4test2', '4test3'].join(separator));
  });

  test('binary travels as base64', async () => {
    const { sid } = await engine.open();
    await engine.post({ sid }, `4text${separator}bAQIDBA==`);
    assert.equal((await engine.get({ sid })).text, `4text${separator}bAQIDBA==`);
  });

  test('text keeps its characters, and a record separator in no packet', async () => {
    const { sid } = await engine.open();
    await engine.post({ sid }, '4€ 😀 \n"');
    assert.equal((await engine.get({ sid })).text, '4€ 😀 \n"');
  });

  for (const body of ['abc', '', `4a${separator}`, '7', 'b*'])
    test(`a POST of ${JSON.stringify(body)} is a 400 and ends the session`, async () => {
      const { sid } = await engine.open();
      assert.equal((await engine.post({ sid }, body)).status, 400);
      assert.equal((await engine.get({ sid })).status, 400);
    });

  test('methods other than GET and POST are a 400', async () => {
    const { sid } = await engine.open();
    assert.equal((await engine.get({ sid }, { method: 'PUT', body: '4a' })).status, 400);
    assert.equal((await engine.post({ sid }, '4still here')).status, 200);
  });

  test('a payload of the largest size passes, a larger one is a 413', async () => {
    const { sid } = await engine.open();
    assert.equal((await engine.post({ sid }, '4' + 'x'.repeat(999999))).status, 200);
    assert.equal((await engine.get({ sid })).text.length, 1000000);
    assert.equal((await engine.post({ sid }, '4' + 'x'.repeat(1000000))).status, 413);
  });

  test('a second poll beside the first ends the session', async () => {
    const { sid } = await engine.open();
    const first = engine.get({ sid });
    await pause(20);
    assert.equal((await engine.get({ sid })).status, 400);
    assert.deepEqual([(await first).status, (await first).text], [200, '1']);
    assert.equal((await engine.get({ sid })).status, 400);
  });

  test('a cancelled poll ends the session', async () => {
    const { sid } = await engine.open();
    const gone = new AbortController();
    const poll = engine.get({ sid }, { signal: gone.signal });
    await pause(20);
    gone.abort();
    await assert.rejects(poll);
    await until(async () => (await engine.post({ sid }, '4x')).status === 400, 'the end of the session', 2);
  });
});

describe('WebSocket', () => {
  test('text and binary are echoed as they came', async () => {
    const wire = await socket();
    wire.send('4hello');
    assert.equal(await wire.next(), '4hello');
    wire.send(Buffer.from([1, 2, 3, 0, 255]));
    assert.deepEqual(await wire.next(), Buffer.from([1, 2, 3, 0, 255]));
    await wire.close();
  });

  test('many messages keep their order', async () => {
    const wire = await socket();
    for (let i = 0; i < 2000; i++) i % 2 ? wire.send(Buffer.from(`${i}`)) : wire.send(`4${i}`);
    for (let i = 0; i < 2000; i++) assert.equal((await wire.next()).toString(), i % 2 ? `${i}` : `4${i}`);
    await wire.close();
  });

  for (const size of [1, 125, 126, 65535, 65536, 999999])
    test(`a message of ${size} bytes comes back`, async () => {
      const wire = await socket();
      const text = '4' + 'y'.repeat(size - 1);
      wire.send(text);
      assert.equal(await wire.next(), text);
      await wire.close();
    });

  for (const message of ['abc', '0', '5', '2'])
    test(`the packet ${message} ends the connection`, async () => {
      const wire = await socket();
      wire.send(message);
      await wire.closed;
    });

  test('a message beyond the largest payload ends the connection', async () => {
    // The server refuses while bytes are still in flight. The close reason must arrive anyway.
    for (const size of [1000001, 1000001, 8000000, 8000000, 30000000]) {
      const wire = await socket();
      wire.send('4' + 'x'.repeat(size - 1));
      assert.equal(await wire.closed, 1009, `${size} bytes`);
    }
  });

  test('compression is not negotiated unless it is switched on', async () => {
    const wire = await socket();
    assert.equal(wire.socket.extensions, '');
    await wire.close();
  });
});

describe('heartbeat', () => {
  test('polling: pings come, pongs keep the session', async () => {
    const { sid } = await engine.open();
    for (let i = 0; i < 3; i++) {
      const began = Date.now();
      assert.equal((await engine.get({ sid })).text, '2');
      assert.ok(Date.now() - began >= pingInterval - 60, 'a ping comes when its time has come');
      assert.equal((await engine.post({ sid }, '3')).status, 200);
    }
  });

  test('polling: a client that stays silent is let go', async () => {
    const { sid } = await engine.open();
    assert.equal((await engine.get({ sid })).text, '2');
    await pause(pingTimeout + 300);
    const { status, text } = await engine.get({ sid });
    assert.deepEqual([status, JSON.parse(text).code], [400, 1]);
  });

  test('WebSocket: pings come, pongs keep the session', async () => {
    const wire = await socket();
    for (let i = 0; i < 3; i++) {
      assert.equal(await wire.next({ pings: true }), '2');
      wire.send('3');
    }
    wire.send('4still here');
    assert.equal(await wire.next(), '4still here');
    await wire.close();
  });

  test('WebSocket: a client that stays silent is let go', async () => {
    const wire = await socket();
    const began = Date.now();
    await wire.closed;
    const took = Date.now() - began;
    assert.ok(took >= pingInterval + pingTimeout - 100, `after ${took} ms`);
  });
});

describe('close', () => {
  test('polling: the waiting poll is answered, and the session is gone', async () => {
    const { sid } = await engine.open();
    const poll = engine.get({ sid });
    await pause(20);
    assert.equal((await engine.post({ sid }, '1')).status, 200);
    assert.equal((await poll).text, '6');
    assert.equal((await engine.get({ sid })).status, 400);
  });

  test('polling: a poll that was sent with the close is answered, whichever comes first', async () => {
    for (let i = 0; i < 50; i++) {
      const { sid } = await engine.open();
      const [poll, post] = await Promise.all([engine.get({ sid }), engine.post({ sid }, '1')]);
      assert.deepEqual([poll.status, poll.text, post.status], [200, '6', 200]);
      assert.equal((await engine.get({ sid })).status, 400);
    }
  });

  test('polling: nothing is taken from a client that has said that it goes', async () => {
    const { sid } = await engine.open();
    assert.equal((await engine.post({ sid }, '1')).status, 200);
    assert.equal((await engine.post({ sid }, '4hello')).status, 400);
  });

  test('WebSocket: the connection is ended', async () => {
    const wire = await socket();
    wire.send('1');
    await wire.closed;
  });
});

describe('upgrade', () => {
  // A polling session, and a WebSocket that has sent its probe.
  async function probed() {
    const { sid } = await engine.open();
    const wire = engine.socket({ sid });
    await wire.opened;
    wire.send('2probe');
    assert.equal(await wire.next(), '3probe');
    return { sid, wire };
  }

  test('the session goes on over the WebSocket', async () => {
    const { sid, wire } = await probed();
    wire.send('5');
    wire.send('4hello');
    assert.equal(await wire.next(), '4hello');
    assert.equal((await engine.get({ sid })).status, 400);
    assert.equal((await engine.post({ sid }, '4x')).status, 400);
    wire.send('4still here');
    assert.equal(await wire.next(), '4still here');
    await wire.close();
  });

  test('the waiting poll ends with a noop while it is probed', async () => {
    const { sid } = await engine.open();
    const poll = engine.get({ sid });
    const wire = engine.socket({ sid });
    await wire.opened;
    wire.send('2probe');
    assert.equal(await wire.next(), '3probe');
    assert.equal((await poll).text, '6');
    wire.send('5');
    await wire.close();
  });

  test('nothing is lost between the transports', async () => {
    const { sid, wire } = await probed();
    assert.equal((await engine.post({ sid }, `4one${separator}4two`)).status, 200);
    const polled = (await engine.get({ sid })).text;
    assert.equal(polled, `4one${separator}4two`);
    assert.equal((await engine.post({ sid }, '4three')).status, 200);
    wire.send('5');
    assert.equal(await wire.next(), '4three');
    await wire.close();
  });

  test('a probe that goes wrong leaves the session polling', async () => {
    const { sid } = await engine.open();
    const wire = engine.socket({ sid });
    await wire.opened;
    wire.send('4not a probe');
    await wire.closed;
    assert.equal((await engine.post({ sid }, '4hello')).status, 200);
    assert.equal((await engine.get({ sid })).text, '4hello');
  });

  // As in the reference server: the server completes the handshake, and then closes the second connection.
  for (const path of ['engine.io', 'socket.io'])
    test(`a second WebSocket for a session is closed, and the first goes on (/${path}/)`, async () => {
      const at = new Endpoint(`${stack.url}/${path}/`);
      const { sid } = await at.open();
      const wire = at.socket({ sid });
      await wire.opened;
      wire.send('2probe');
      assert.equal(await wire.next(), '3probe');
      for (const state of ['probed', 'upgraded']) {
        const second = at.socket({ sid });
        await second.opened;
        second.send('2probe');
        assert.equal(await second.closed, 1000, state);
        assert.deepEqual(second.messages, [], state);
        if (state === 'probed') wire.send('5');
      }
      wire.send(path === 'engine.io' ? '4hello' : '40');
      assert.match(await wire.next(), path === 'engine.io' ? /^4hello$/ : /^40\{"sid"/);
      await wire.close();
    });

  test('a second WebSocket for a session that began as one is closed', async () => {
    const wire = await socket();
    const second = engine.socket({ sid: wire.handshake.sid });
    await second.opened;
    assert.equal(await second.closed, 1000);
    wire.send('4hello');
    assert.equal(await wire.next(), '4hello');
    await wire.close();
  });

  test('a WebSocket for a session that there is none of is refused', async () => {
    await assert.rejects(engine.socket({ sid: 'abc' }).opened, /400/);
  });

  test('a WebSocket session is not polled', async () => {
    const wire = await socket();
    assert.equal((await engine.get({ sid: wire.handshake.sid })).status, 400);
    await wire.close();
  });
});
