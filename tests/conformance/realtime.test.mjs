// The platform through the unchanged socket.io-client: rooms, snapshots, recovery of events, commands, limits.
import { test, before, after, afterEach, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../support/client.mjs';
import { Endpoint, pause } from '../support/engine.mjs';
import { connect, event, open } from '../support/realtime.mjs';
import { freePort, Stack, until } from '../support/stack.mjs';

let stack, seller, bidder, listing, room;
const sockets = [];
const operator = { wallet: null };
before(async () => {
  stack = new Stack();
  operator.wallet = (await import('@solana/web3.js')).Keypair.generate();
  await stack.begin({
    name: 'realtime',
    options: {
      'auth.operators': `["${operator.wallet.publicKey.toBase58()}"]`,
      'realtime.subscribe-per-second': 50, 'realtime.subscribe-burst': 60,
      'realtime.rooms-per-socket': 30, 'realtime.sockets-per-session': 6,
      'realtime.commands-at-once': 4, 'realtime.token-grace': '1s', 'http.json-limit': 2000,
      'realtime.connect-timeout': '2s', 'realtime.max-payload': 10000, 'realtime.send-queue': 100000,
    },
  });
  [seller, bidder] = [await Client.signedIn(stack), await Client.signedIn(stack, { sol: 1 })];
  listing = await newAuction();
  room = `listing:${listing.id}`;
});
afterEach(() => sockets.splice(0).forEach((s) => s.close()));
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

async function newAuction() {
  const nft = await seller.mintNft();
  return seller.list(nft, {
    kind: 'auction',
    reserve: '100',
    minIncrement: '1',
    endsAt: new Date(Date.now() + 3600e3).toISOString(),
  });
}

async function joined(client = bidder, options, nsp) {
  const socket = await connect(client, options, nsp);
  sockets.push(socket);
  return socket;
}

let amount = 100;
const bid = (on = listing) => bidder.post(`/v1/listings/${on.id}/bids`, { amount: String(amount++) });
async function bids(n) {
  for (let i = 0; i < n; i++) await bid();
}
const amounts = (socket) => socket.of('listing.bid_placed').map((e) => Number(e.body.data.amount));
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
async function metric(name, labels = '') {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  const line = text.split('\n').find((l) => l.startsWith(`${name}{`) && l.includes(labels));
  return line ? Number(/\} (\d+)/.exec(line)[1]) : 0;
}
// Breaks the connection, as a lost network does.
const lose = (socket) => socket.io.engine.close();
async function refused(socket, name, body, status, pointer) {
  const answer = await socket.ask(name, body);
  assert.equal(answer.status, status, JSON.stringify(answer));
  if (pointer !== undefined) assert.equal(answer.body.errors[0].pointer, pointer);
  return answer.body;
}

describe('joining', () => {
  test('gives a place in the journal at once', async () => {
    const socket = await joined();
    await until(() => socket.events.length > 0, 'ready');
    const [{ name, body, offset }] = socket.events;
    assert.equal(name, 'ready');
    assert.deepEqual([body.recovered, body.rooms, body.user], [false, [], bidder.user.id]);
    assert.match(offset, /^\d+\.\d+$/);
  });

  test('needs a token', async () => {
    for (const [auth, code, status] of [
      [{}, 'unauthenticated', 401],
      [{ token: 'abc' }, 'token_invalid', 401],
      [{ token: 7 }, 'unauthenticated', 401],
    ]) {
      const socket = open(bidder, { auth, reconnection: false });
      const [error] = await event(socket, 'connect_error');
      assert.deepEqual([error.data.code, error.data.status], [code, status]);
      socket.close();
    }
  });

  test('/admin is for operators', async () => {
    const socket = open(bidder, {}, '/admin');
    const [error] = await event(socket, 'connect_error');
    assert.equal(error.data.code, 'forbidden');
    socket.close();
  });

  test('a session has a bounded number of sockets', async () => {
    const client = await Client.signedIn(stack);
    const all = [];
    for (let i = 0; i < 6; i++) all.push(await joined(client));
    const one = open(client, { reconnection: false });
    const [error] = await event(one, 'connect_error');
    assert.equal(error.data.code, 'rate_limited');
    one.close();
    all[0].disconnect();
    await until(async () => {
      try {
        return await joined(client, { reconnection: false });
      } catch {
        return false;
      }
    }, 'a free place');
  });
});

describe('rooms', () => {
  test('a listing: snapshot, version, then each event', async () => {
    const socket = await joined();
    const { status, version, snapshot, offset, viewers, room: name } = await socket.ask('subscribe', { room });
    assert.deepEqual([status, snapshot.id, name, viewers], [200, listing.id, room, 1]);
    assert.match(offset, /^\d+\.\d+$/);
    const from = amount;
    await bids(10);
    await until(() => amounts(socket).length === 10, 'ten bids');
    assert.deepEqual(amounts(socket), range(from, from + 10));
    assert.deepEqual(socket.of('listing.bid_placed').map((e) => e.body.sequence), range(version + 1, version + 11));
    for (const e of socket.of('listing.bid_placed')) {
      assert.deepEqual(Object.keys(e.body).sort(), ['at', 'data', 'id', 'position', 'sequence', 'type']);
      assert.equal(e.offset, e.body.position);
    }
  });

  test('subscribing in the middle of a storm leaves no gap and brings nothing twice', async () => {
    const socket = await joined();
    let going = true;
    const storm = (async () => { while (going) await bid(); })();
    for (let round = 0; round < 5; round++) {
      await pause(50);
      socket.events.length = 0;
      const { version, snapshot } = await socket.ask('subscribe', { room });
      assert.equal(snapshot.bidCount, version - 2, 'created, live, and a bid each');
      await until(() => socket.of('listing.bid_placed').length >= 10, 'ten bids');
      const sequences = socket.of('listing.bid_placed').map((e) => e.body.sequence);
      assert.deepEqual(sequences, range(version + 1, version + 1 + sequences.length));
      assert.equal((await socket.ask('unsubscribe', { room })).status, 200);
    }
    going = false;
    await storm;
  });

  test('who has left hears nothing more', async () => {
    const socket = await joined();
    await socket.ask('subscribe', { room });
    await socket.ask('unsubscribe', { room });
    const other = await joined();
    await other.ask('subscribe', { room });
    await bid();
    await until(() => amounts(other).length === 1, 'the bid');
    assert.equal(amounts(socket).length, 0);
  });

  test('a user hears of what concerns them: their listing, being outbid', async () => {
    const [rival, mine, theirs] = [
      await Client.signedIn(stack, { sol: 1 }),
      await joined(seller),
      await joined(bidder),
    ];
    await mine.ask('subscribe', { room: `user:${seller.user.id}` });
    const { snapshot } = await theirs.ask('subscribe', { room: `user:${bidder.user.id}` });
    assert.equal(snapshot.wallet, bidder.address);
    await bid();
    await rival.post(`/v1/listings/${listing.id}/bids`, { amount: String(amount++) });
    await until(() => amounts(mine).length === 2 && amounts(theirs).length === 2, 'both bids at both');
    assert.equal(theirs.of('listing.bid_placed').at(-1).body.data.bidder.userId, rival.user.id);
  });

  test('a studio and its NFTs, the market and the feed', async () => {
    const socket = await joined(seller);
    const studio = await seller.makeStudio();
    const [s, m, f] = [
      await socket.ask('subscribe', { room: `studio:${studio.id}` }),
      await socket.ask('subscribe', { room: 'market' }),
      await socket.ask('subscribe', { room: 'feed' }),
    ];
    assert.deepEqual([s.snapshot.id, s.version], [studio.id, 1]);
    const shown = m.snapshot.items.find((i) => i.id === listing.id);
    assert.ok(shown.version > 2);
    assert.ok(f.snapshot.items.some((e) => e.type === 'listing_live' && e.id === listing.id));
    await seller.ok('PATCH', `/v1/studios/${studio.id}`, { body: { name: 'Another name' } });
    await bid();
    await until(
      () => socket.of('studio.studio_changed').length === 1 && socket.of('listing.bid_placed').length === 1,
      'both events',
    );
    const other = await newAuction();
    await until(() => socket.of('listing.listing_live').some((e) => e.body.id === other.id), 'the new listing');
    const nft = await socket.ask('subscribe', { room: `nft:${other.nftId}` });
    assert.equal(nft.snapshot.state, 'minted');
    assert.equal(
      socket.of('listing.listing_live').filter((e) => e.body.id === other.id).length,
      1,
      'once, although it is in two rooms',
    );
  });

  test('what is no room, or not for this user', async () => {
    const socket = await joined();
    const unknown = listing.id.slice(0, -4) + '0000';
    await refused(socket, 'subscribe', { room: `listing:${unknown}` }, 404);
    await refused(socket, 'subscribe', { room: listing.id.replace('lst_', 'job:job_') }, 404);
    await refused(socket, 'subscribe', { room: `user:${seller.user.id}` }, 403);
    await refused(socket, 'subscribe', { room: 'journal' }, 403);
    for (const bad of ['listing:abc', 'listing', 'market:x', 'kitchen', '', 7, null])
      await refused(socket, 'subscribe', { room: bad }, 422, '/room');
    await refused(socket, 'subscribe', {}, 422, '/room');
    await refused(socket, 'subscribe', 'market', 422);
    await refused(socket, 'subscribe', { room, sinse: 1 }, 422, '/sinse');
    for (const since of ['x', -1, 1.5, {}, '1', '1.2.3'])
      await refused(socket, 'subscribe', { room, since }, 422, '/since');
    await refused(socket, 'subscribe', { room, since: 1e9 }, 422, '/since');
    await refused(socket, 'subscribe', { room: 'market', since: 5 }, 422, '/since');
    await refused(socket, 'dance', {}, 404);
    assert.equal((await socket.ask('subscribe', { room })).status, 200, 'and the socket goes on');
  });

  test('viewers are counted and told', async () => {
    const shown = await newAuction();
    const name = `listing:${shown.id}`;
    const [first, second] = [await joined(), await joined(seller)];
    assert.equal((await first.ask('subscribe', { room: name })).viewers, 1);
    assert.equal((await second.ask('subscribe', { room: name })).viewers, 2);
    const last = () => first.of('viewers').at(-1)?.body;
    await until(() => last()?.count === 2, 'two viewers');
    assert.equal(last().room, name);
    second.disconnect();
    await until(() => last().count === 1, 'one viewer');
  });
});

describe('nothing missed', () => {
  test('recovery after a lost connection, with events in between', async () => {
    const socket = await joined();
    await socket.ask('subscribe', { room });
    await bids(3);
    await until(() => amounts(socket).length === 3, 'three bids');
    const from = amount;
    socket.io.engine.once('close', () => {});
    const back = event(socket, 'ready');
    lose(socket);
    await bids(20);
    await back;
    assert.equal(socket.recovered, true);
    await bids(3);
    await until(() => amounts(socket).length >= 26, 'all bids');
    assert.deepEqual(amounts(socket), range(from - 3, from + 23));
  });

  test('recovery before any event was received', async () => {
    const socket = await joined();
    await until(() => socket.of('ready').length === 1, 'ready');
    const back = event(socket, 'ready');
    lose(socket);
    const [{ recovered }] = await back;
    assert.deepEqual([recovered, socket.recovered], [true, true]);
  });

  test('recovery across a server that was killed', async () => {
    const socket = await joined(bidder, { reconnectionDelayMax: 300 });
    await socket.ask('subscribe', { room });
    await socket.ask('subscribe', { room: 'market' });
    const from = amount;
    await bids(5);
    await until(() => amounts(socket).length === 5, 'five bids');
    const quiet = await joined(seller, { reconnectionDelayMax: 300 });
    await until(() => quiet.of('ready').length === 1, 'ready');
    const pid = socket._pid;
    const back = event(socket, 'ready');
    const quietBack = event(quiet, 'ready');
    await stack.stopPlatform('SIGKILL');
    await stack.startPlatform();
    const [body] = await back;
    assert.deepEqual([socket.recovered, socket._pid, body.recovered], [true, pid, true]);
    assert.deepEqual(body.rooms.sort(), [room, 'market'].sort());
    await quietBack;
    assert.equal(quiet.recovered, true, 'also one that had received nothing but ready');
    await bids(5);
    await until(() => amounts(socket).length >= 10, 'all bids');
    assert.deepEqual(amounts(socket), range(from, from + 10));
  });

  test('what happened while nobody was there to tell it is told after the restart', async () => {
    const socket = await joined(bidder, { reconnection: false });
    await socket.ask('subscribe', { room });
    const from = amount;
    await bid();
    await until(() => amounts(socket).length === 1, 'a bid');
    lose(socket);
    await bids(7);
    await stack.stopPlatform('SIGKILL');
    await stack.startPlatform();
    const back = event(socket, 'ready');
    socket.connect();
    await back;
    assert.equal(socket.recovered, true);
    await until(() => amounts(socket).length >= 8, 'all bids');
    assert.deepEqual(amounts(socket), range(from, from + 8));
  });

  test('since: from a version, and from a position', async () => {
    const [first, second, third] = [await joined(), await joined(), await joined()];
    const { version, offset } = await first.ask('subscribe', { room });
    const from = amount;
    await bids(6);
    const byVersion = await second.ask('subscribe', { room, since: version });
    assert.deepEqual([byVersion.missed, byVersion.snapshot, byVersion.version], [6, undefined, version + 6]);
    assert.deepEqual(amounts(second), range(from, from + 6), 'before the acknowledgement');
    const byPlace = await third.ask('subscribe', { room, since: offset });
    assert.equal(byPlace.missed, 6);
    assert.deepEqual(amounts(third), range(from, from + 6));
    const later = await third.ask('subscribe', { room, since: first.of('listing.bid_placed')[3].body.position });
    assert.equal(later.missed, 2);
    await bids(2);
    await until(() => amounts(second).length === 8, 'two more');
    assert.deepEqual(amounts(second), range(from, from + 8));
    const middle = await second.ask('subscribe', { room, since: version + 7 });
    assert.equal(middle.missed, 1);
  });

  test('a position from before time is answered with a snapshot', async () => {
    const socket = await joined();
    const { snapshot, missed } = await socket.ask('subscribe', { room, since: '0.0' });
    assert.ok(snapshot || missed > 0);
  });

  test('a client that left by itself is not remembered', async () => {
    const socket = await joined();
    await socket.ask('subscribe', { room });
    const { _pid: pid, _lastOffset: offset } = socket;
    socket.disconnect();
    await until(
      () => stack.sql(`select count(*) from realtime_clients where pid = '${pid}'`) === '0',
      'its row is gone',
    );
    const raw = await joined(bidder, { auth: { token: bidder.token, pid, offset } });
    assert.notEqual(raw._pid, pid);
    assert.equal(raw.recovered, false);
  });

  test("another user's pid opens nothing", async () => {
    const socket = await joined();
    await socket.ask('subscribe', { room: `user:${bidder.user.id}` });
    await until(() => socket._lastOffset, 'an offset');
    const thief = open(seller, { auth: { token: seller.token, pid: socket._pid, offset: socket._lastOffset } });
    sockets.push(thief);
    const [{ recovered, rooms }] = await event(thief, 'ready');
    assert.deepEqual([recovered, rooms], [false, []]);
    assert.ok(socket.connected);
  });

  test('a pid that is still connected is taken over', async () => {
    const socket = await joined(bidder, { reconnection: false });
    await socket.ask('subscribe', { room });
    const ended = event(socket, 'disconnect');
    const second = open(bidder, { auth: { token: bidder.token, pid: socket._pid, offset: socket._lastOffset } });
    sockets.push(second);
    const [{ recovered, rooms }] = await event(second, 'ready');
    assert.deepEqual([recovered, rooms], [true, [room]]);
    await ended;
    await bid();
    await until(() => amounts(second).length === 1, 'the bid');
  });

  test('recovery on another node, which hears of what is committed here', async () => {
    const other = Object.assign(new Stack(), stack, { port: await freePort() });
    other.url = `http://127.0.0.1:${other.port}`;
    await other.startPlatform();
    try {
      const [socket, leaving] = [await joined(), await Client.signedIn(stack)];
      await socket.ask('subscribe', { room });
      const from = amount;
      await bids(3);
      await until(() => amounts(socket).length === 3, 'three bids');
      const back = event(socket, 'ready');
      socket.io.uri = other.url;
      lose(socket);
      await bids(4);
      await back;
      assert.equal(socket.recovered, true);
      await bids(3);
      await until(() => amounts(socket).length >= 10, 'all bids');
      assert.deepEqual(amounts(socket), range(from, from + 10));
      const there = await joined({ ...leaving, stack: other, token: leaving.token });
      const ended = event(there, 'session.ended');
      const began = Date.now();
      await leaving.post('/v1/auth/logout');
      assert.equal((await ended)[0].reason, 'revoked');
      assert.ok(Date.now() - began < 1000);
    } finally {
      assert.deepEqual(await other.stopPlatform(), { code: 0, signal: null });
    }
  });

  test('many that come back at once are served from memory', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => Client.signedIn(stack)));
    const many = [];
    for (const c of clients)
      for (let i = 0; i < 5; i++) many.push(joined(c, { reconnectionDelay: 300, reconnectionDelayMax: 1000 }));
    const all = await Promise.all(many);
    await Promise.all(all.map((s) => s.ask('subscribe', { room })));
    const from = amount;
    await bids(2);
    await until(() => all.every((s) => amounts(s).length === 2), 'two bids at all');
    const backs = all.map((s) => event(s, 'ready'));
    await stack.stopPlatform('SIGKILL');
    await stack.startPlatform();
    await bids(3);
    await Promise.all(backs);
    await until(() => all.every((s) => amounts(s).length >= 5), 'all bids at all');
    for (const s of all) assert.deepEqual([s.recovered, amounts(s)], [true, range(from, from + 5)]);
    assert.ok((await metric('ainft_realtime_replays_total', 'source="memory"')) >= 100);
    assert.equal(await metric('ainft_realtime_replays_total', 'source="journal"'), 0, 'nobody read the journal for it');
  });
});

describe('commands', () => {
  test('the same as over HTTP: status, body, version', async () => {
    const socket = await joined();
    const placed = await socket.command('POST', `/v1/listings/${listing.id}/bids`, { amount: String(amount) });
    assert.deepEqual([placed.status, placed.body.amount], [201, String(amount++)]);
    const read = await socket.command('GET', `/v1/listings/${listing.id}`);
    assert.deepEqual(read.body, await bidder.get(`/v1/listings/${listing.id}`));
    assert.equal(read.version, read.body.bidCount + 2);
    const list = await socket.command('GET', '/v1/listings?limit=1&state=live');
    assert.equal(list.body.items.length, 1);
  });

  test('idempotency keys hold across HTTP and sockets', async () => {
    const socket = await joined();
    const [path, key, body] = [`/v1/listings/${listing.id}/bids`, `key-${Date.now()}`, { amount: String(amount++) }];
    const first = await socket.command('POST', path, body, { idempotencyKey: key });
    const again = await socket.command('POST', path, body, { idempotencyKey: key });
    assert.deepEqual([again.status, again.body, again.replayed], [201, first.body, true]);
    const overHttp = await bidder.request('POST', path, { body, headers: { 'idempotency-key': key } });
    assert.deepEqual([overHttp.status, overHttp.body], [201, first.body]);
    const other = await socket.command('POST', path, { amount: '1' }, { idempotencyKey: key });
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_mismatch']);
  });

  test('rights and rules are the same', async () => {
    const socket = await joined();
    const studio = await seller.makeStudio();
    const notMine = await socket.command('PATCH', `/v1/studios/${studio.id}`, { name: 'Mine' });
    assert.deepEqual([notMine.status, notMine.body.code], [403, 'not_owner']);
    const low = await socket.command('POST', `/v1/listings/${listing.id}/bids`, { amount: '1' });
    assert.deepEqual([low.status, low.body.code, low.body.errors[0].pointer], [409, 'bid_too_low', '/amount']);
    const mine = await joined(seller);
    const stale = await mine.command('PATCH', `/v1/studios/${studio.id}`, { name: 'New' }, { ifMatch: 7 });
    assert.deepEqual([stale.status, stale.body.code], [412, 'precondition_failed']);
    assert.equal(
      (await mine.command('PATCH', `/v1/studios/${studio.id}`, { name: 'New' }, { ifMatch: 1 })).body.name,
      'New',
    );
  });

  test('what is no command', async () => {
    const socket = await joined();
    await refused(socket, 'command', { path: '/v1/me' }, 422, '/method');
    await refused(socket, 'command', { method: 'JUMP', path: '/v1/me' }, 422, '/method');
    await refused(socket, 'command', { method: 'GET' }, 422, '/path');
    await refused(socket, 'command', { method: 'GET', path: 'v1/me' }, 422, '/path');
    await refused(socket, 'command', { method: 'GET', path: '/v1/nothing' }, 404);
    await refused(socket, 'command', { method: 'DELETE', path: '/v1/me' }, 405);
    await refused(socket, 'command', { method: 'GET', path: `/v1/listings/${listing.id}/events` }, 422, '/path');
    await refused(socket, 'command', { method: 'POST', path: '/v1/assets' }, 422, '/path');
    await refused(socket, 'command', { method: 'POST', path: '/v1/studios', body: { name: 'x'.repeat(3000) } }, 413);
    await refused(socket, 'command', { method: 'GET', path: '/v1/me', idempotencyKey: 7 }, 422, '/idempotencyKey');
    assert.equal((await socket.command('GET', '/v1/me')).body.user.id, bidder.user.id);
  });

  test('only so many at once', async () => {
    const socket = await joined();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        socket.command('POST', `/v1/listings/${listing.id}/bids`, { amount: String(amount++) }),
      ),
    );
    const statuses = new Set(answers.map((a) => a.status));
    assert.ok(statuses.has(429) && statuses.has(201), [...statuses].join());
    assert.equal((await socket.command('GET', '/v1/me')).status, 200);
  });
});

describe('bad clients', () => {
  test('a flood of subscriptions is bounded, by number and by pace', async () => {
    const client = await Client.signedIn(stack);
    const socket = await joined(client);
    const listings = (await client.get('/v1/listings?limit=100')).items.map((l) => `listing:${l.id}`);
    const nfts = [...new Set((await client.get('/v1/nfts?limit=100')).items?.map((n) => `nft:${n.id}`) ?? [])];
    const rooms = [...listings, ...nfts, 'market', 'feed', `user:${client.user.id}`];
    const flood = await Promise.all(
      Array.from({ length: 100 }, (_, i) => socket.ask('subscribe', { room: rooms[i % rooms.length] })),
    );
    const limited = flood.filter((a) => a.status === 429);
    assert.ok(limited.length > 0 && limited.length < 100, `${limited.length} of 100 refused`);
    assert.equal(limited[0].body.code, 'rate_limited');
    assert.ok(socket.connected);
  });

  test('a message that is too large ends the connection, over either transport', async () => {
    for (const transports of [['websocket'], ['polling']]) {
      const socket = await joined(bidder, { transports, reconnection: false, upgrade: false });
      const ended = event(socket, 'disconnect');
      socket.emit('subscribe', { room: 'x'.repeat(20000) });
      await ended;
    }
  });

  test('a malformed packet ends its connection and no other', async () => {
    const socket = await joined();
    const wire = new Endpoint(`${stack.url}/socket.io/`).socket();
    await wire.next();
    wire.send(`40${JSON.stringify({ token: bidder.token })}`);
    assert.match(await wire.next(), /^40\{/);
    wire.send('42["subscribe"');
    await wire.closed;
    assert.equal((await socket.ask('subscribe', { room })).status, 200);
  });

  test('events with binary are answered, not understood', async () => {
    const socket = await joined();
    await refused(socket, 'subscribe', { room: Buffer.from('abc') }, 422, '/room');
  });

  test('one that does not read is dropped, and slows nobody', async () => {
    const slow = new Endpoint(`${stack.url}/socket.io/`).socket();
    await slow.next();
    slow.send(`40${JSON.stringify({ token: bidder.token })}`);
    await slow.next();
    await slow.next();
    slow.send(`420["subscribe",{"room":"${room}"}]`);
    await slow.next();
    slow.socket.pause();
    const fast = await joined();
    await fast.ask('subscribe', { room });
    const before = await metric('ainft_engineio_closed_total', 'reason="too slow"');
    // The kernel buffers megabytes for the socket, so the client requests all past events again and again.
    for (let i = 0; i < 50; i++) slow.send(`42${i}["subscribe",{"room":"${room}","since":1}]`);
    const from = amount;
    await until(async () => {
      await bid();
      return (await metric('ainft_engineio_closed_total', 'reason="too slow"')) > before;
    }, 'the slow one is dropped', 60);
    await until(() => amounts(fast).length === amount - from, 'all bids at the other');
    slow.socket.terminate();
  });
});

describe('sessions', () => {
  test('one that is revoked loses its sockets within a second', async () => {
    const client = await Client.signedIn(stack);
    const [one, two] = [await joined(client), await joined(client, { transports: ['polling'] })];
    const ends = Promise.all([event(one, 'disconnect'), event(two, 'disconnect')]);
    const told = event(one, 'session.ended');
    const began = Date.now();
    await client.post('/v1/auth/logout');
    assert.deepEqual((await ends).map(([why]) => why), ['io server disconnect', 'io server disconnect']);
    assert.ok(Date.now() - began < 1000);
    assert.deepEqual((await told)[0], { reason: 'revoked' });
    const again = open(client, { reconnection: false });
    assert.equal((await event(again, 'connect_error'))[0].data.code, 'token_invalid');
    again.close();
  });
});

describe('operators', () => {
  test('follow the journal, look at the numbers, end a session', async () => {
    const client = new Client(stack, operator.wallet);
    await client.signIn();
    const admin = await joined(client, {}, '/admin');
    assert.equal((await admin.ask('subscribe', { room: 'journal' })).status, 200);
    await bid();
    await until(() => amounts(admin).length === 1, 'the bid');
    const { body } = await admin.ask('stats');
    assert.ok(body.sessions >= 1 && body.memberships >= 1 && body.entities >= 1, JSON.stringify(body));
    const victim = await Client.signedIn(stack);
    const socket = await joined(victim);
    await until(() => socket.of('ready').length === 1, 'ready');
    const ended = event(socket, 'session.ended');
    assert.equal((await admin.ask('kick', { session: socket.of('ready')[0].body.session })).status, 200);
    assert.equal((await ended)[0].reason, 'ended_by_operator');
    const user = await joined();
    await refused(user, 'stats', {}, 404);
  });

  test('both namespaces share a connection', async () => {
    const client = new Client(stack, operator.wallet);
    await client.signIn();
    const admin = await joined(client, { forceNew: true }, '/admin');
    const user = admin.io.socket('/', { auth: { token: client.token } });
    await event(user, 'connect');
    assert.equal(user.io, admin.io);
    assert.equal((await user.timeout(5000).emitWithAck('subscribe', { room })).status, 200);
    user.disconnect();
    assert.ok(admin.connected);
  });
});
