// The events of a listing as server-sent events: each event arrives once.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack, seller, bidder, listing, path;
before(async () => {
  stack = await Stack.start({ name: 'events', options: { 'http.drain-delay': '1s' } });
  [seller, bidder] = [await Client.signedIn(stack), await Client.signedIn(stack, { sol: 1 })];
  const nft = await seller.mintNft();
  listing = await seller.list(nft, {
    kind: 'auction',
    reserve: '100',
    minIncrement: '1',
    endsAt: new Date(Date.now() + 3600e3).toISOString(),
  });
  path = `/v1/listings/${listing.id}`;
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// Follows the stream, and adds each event to `events` when it arrives.
async function follow(lastEventId) {
  const abort = new AbortController();
  const response = await fetch(`${stack.url}${path}/events`, {
    headers: lastEventId ? { 'last-event-id': String(lastEventId) } : {},
    signal: abort.signal,
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events = [];
  let text = '';
  const ended = (async () => {
    try {
      for await (const piece of response.body) {
        text += Buffer.from(piece).toString();
        for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
          const fields = Object.fromEntries(
            text
              .slice(0, end)
              .split('\n')
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
          );
          if (fields.event) events.push({ id: Number(fields.id), event: fields.event, data: JSON.parse(fields.data) });
        }
      }
    } catch (error) {
      if (error.name !== 'AbortError' && error.message !== 'terminated') throw error;
    }
  })();
  return { events, stop: () => (abort.abort(), ended), ended };
}

let amount = 100;
const bid = () => bidder.post(`${path}/bids`, { amount: String(amount++) });

test('begins with a snapshot and goes on with each event', async () => {
  const stream = await follow();
  await until(() => stream.events.length === 1, 'the snapshot');
  assert.equal(stream.events[0].event, 'snapshot');
  assert.equal(stream.events[0].data.id, listing.id);
  const from = stream.events[0].id;
  for (let i = 0; i < 5; i++) await bid();
  await until(() => stream.events.length === 6, 'five bids');
  assert.deepEqual(stream.events.slice(1).map((e) => e.id), [1, 2, 3, 4, 5].map((i) => from + i));
  assert.deepEqual(stream.events.slice(1).map((e) => e.data.data.amount), ['100', '101', '102', '103', '104']);
  await stream.stop();
});

test('resumes after the Last-Event-ID, also when the platform was killed in between', async () => {
  const first = await follow();
  await until(() => first.events.length === 1, 'the snapshot');
  const from = first.events[0].id;
  for (let i = 0; i < 3; i++) await bid();
  await until(() => first.events.length === 4, 'three bids');
  await first.stop();
  for (let i = 0; i < 4; i++) await bid();
  await stack.stopPlatform('SIGKILL');
  await stack.startPlatform();
  const second = await follow(from + 3);
  await bid();
  await until(() => second.events.length === 5, 'four missed bids and a new one');
  assert.deepEqual(second.events.map((e) => e.id), [4, 5, 6, 7, 8].map((i) => from + i));
  assert.ok(second.events.every((e) => e.event === 'bid_placed'));
  await second.stop();
});

test('gives a thousand events under load to every reader, each once and in order', async () => {
  const streams = await Promise.all(Array.from({ length: 10 }, () => follow()));
  await until(() => streams.every((s) => s.events.length === 1), 'the snapshots');
  await Promise.all(Array.from({ length: 25 }, async () => {
    for (let i = 0; i < 40; i++) await bidder.request('POST', `${path}/bids`, { body: { amount: String(amount++) } });
  }));
  const { bidCount } = await bidder.get(path);
  for (const { events, stop } of streams) {
    const expected = bidCount - events[0].data.bidCount;
    assert.ok(expected > 100);
    await until(() => events.length === expected + 1, 'every bid');
    events.forEach((e, i) => assert.equal(e.id, events[0].id + i));
    await stop();
  }
});

test('refuses an id that it never gave', async () => {
  for (const id of ['x', '-1', '99999999']) {
    const answer = await bidder.request('GET', `${path}/events`, { headers: { 'last-event-id': id } });
    assert.equal(answer.status, 422);
    assert.equal(answer.body.errors[0].pointer, '/headers/Last-Event-ID');
  }
  assert.equal((await bidder.request('GET', '/v1/listings/lst_00000000000000000000000000/events')).status, 404);
});

test('a stop says 503 on /readyz first, then ends streams and finishes', async () => {
  const stream = await follow();
  await until(() => stream.events.length === 1, 'the snapshot');
  const begin = Date.now();
  const ended = stack.stopPlatform('SIGTERM');
  await until(async () => (await fetch(`${stack.url}/readyz`)).status === 503, 'not being ready', 2);
  assert.equal((await bid()).bidder.wallet, bidder.address, 'what comes until then is still served');
  await stream.ended;
  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.ok(Date.now() - begin < 10_000);
  await assert.rejects(fetch(`${stack.url}/readyz`));
  await stack.startPlatform();
});
