// Bids that must not count: wallets that cannot pay, amounts that lock others out, winners who do not pay, and bids
// that an operator strikes.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Keypair, SystemProgram, Transaction, sendAndConfirmTransaction } from '@solana/web3.js';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';
import { open } from '../support/realtime.mjs';

let stack, operator, seller, anna, bela;
before(async () => {
  const wallet = Keypair.generate();
  stack = await Stack.start({
    name: 'bids',
    ownSolana: true,
    options: { 'auth.operators': `["${wallet.publicKey.toBase58()}"]`, 'market.payment-window': '8s' },
  });
  operator = new Client(stack, wallet);
  await operator.signIn();
  [seller, anna, bela] = [
    await Client.signedIn(stack),
    await Client.signedIn(stack, { sol: 5 }),
    await Client.signedIn(stack, { sol: 5 }),
  ];
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const sol = (n) => String(Math.round(n * 1e9));
const auction = async ({ reserve = sol(0.5), seconds = 3600, by = seller } = {}) =>
  by.list(await by.mintNft(), {
    kind: 'auction',
    reserve,
    minIncrement: '1000',
    endsAt: new Date(Date.now() + seconds * 1000).toISOString(),
  });
const bidOn = (listing, client, amount) =>
  client.request('POST', `/v1/listings/${listing.id}/bids`, { body: { amount } });
async function placed(listing, client, amount) {
  const answer = await bidOn(listing, client, amount);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}
const versionOf = async (listing) => (await seller.request('GET', `/v1/listings/${listing.id}`)).headers.get('etag');
const see = (listing) => seller.get(`/v1/listings/${listing.id}`);
const admin = (path, body = { reason: 'a test wants it' }, who = operator) =>
  who.request('POST', `/v1/admin/listings/${path}`, { body });

// Moves all lamports except `left` out of a wallet.
async function empty(client, left = 5_000_000) {
  const transfer = SystemProgram.transfer({
    fromPubkey: client.wallet.publicKey,
    toPubkey: Keypair.generate().publicKey,
    lamports: (await stack.connection.getBalance(client.wallet.publicKey)) - left,
  });
  await sendAndConfirmTransaction(stack.connection, new Transaction().add(transfer), [client.wallet], {
    commitment: 'confirmed',
  });
}

async function refused(answer, status, code, pointer, rule) {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
  if (pointer) assert.equal(answer.body.errors[0].pointer, pointer);
  if (rule) assert.match(answer.body.errors[0].rule, rule);
}

test('a wallet with nothing bids nothing, and nothing changes', async () => {
  const listing = await auction();
  const nobody = await Client.signedIn(stack);
  const version = await versionOf(listing);
  await refused(
    await bidOn(listing, nobody, sol(0.5)), 409, 'insufficient_funds', '/amount',
    /at most the wallet's balance, 0 lamports/,
  );
  await refused(
    await bidOn(listing, nobody, '18446744073709551615'), 409, 'bid_too_high', '/amount', /at most 5000000000/,
  );
  await refused(await bidOn(listing, anna, sol(5.1)), 409, 'bid_too_high', '/amount');
  const now = await see(listing);
  assert.deepEqual([now.bidCount, await versionOf(listing), now.leader], [0, version, undefined]);
  assert.equal(now.maxBid, sol(5));
  await placed(listing, anna, sol(0.5));
  assert.equal((await see(listing)).maxBid, sol(5));
});

test('a bid above what the wallet holds is refused, and taken when it was filled up', async () => {
  const listing = await auction();
  const someone = await Client.signedIn(stack, { sol: 1 });
  await refused(await bidOn(listing, someone, sol(2)), 409, 'insufficient_funds', '/amount', /1000000000 lamports/);
  await stack.fund(someone.wallet.publicKey, 2);
  await until(async () => (await bidOn(listing, someone, sol(2))).status === 201, 'the bid', 5);
  // The server checks the bid before the balance, so an empty wallet gets the bid's error.
  const nobody = await Client.signedIn(stack);
  await refused(await bidOn(listing, nobody, '5'), 409, 'bid_too_low', '/amount');
  const unknown = listing.id.slice(0, -1) + (listing.id.endsWith('0') ? '1' : '0');
  await refused(
    await nobody.request('POST', `/v1/listings/${unknown}/bids`, { body: { amount: sol(1) } }),
    404,
    'not_found',
  );
});

test('while Solana does not answer a new bidder is told to try again, in time', async () => {
  const listing = await auction();
  const fresh = await Client.signedIn(stack, { sol: 1 });
  const version = await versionOf(listing);
  stack.solanaProcess.kill('SIGSTOP');
  try {
    const begun = Date.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => bidOn(listing, fresh, sol(0.5))));
    for (const a of answers) await refused(a, 503, 'unavailable');
    assert.ok(Date.now() - begun < 8000, `answered after ${Date.now() - begun} ms`);
    assert.equal(await versionOf(listing), version);
  } finally {
    stack.solanaProcess.kill('SIGCONT');
  }
  await until(async () => (await bidOn(listing, fresh, sol(0.5))).status === 201, 'the bid', 10);
});

test('an operator strikes a bid, and the next one leads', async () => {
  const listing = await auction();
  const first = await placed(listing, anna, sol(0.5));
  const socket = open(bela);
  await until(() => socket.connected, 'a socket');
  await socket.ask('subscribe', { room: `user:${bela.user.id}` });
  const second = await placed(listing, bela, sol(2));
  assert.equal((await admin(`${listing.id}/bids/${second.id}/strike`, { reason: 'x' })).status, 422);
  for (const reason of ['reads \u202eother', 'no\u200bbody sees', 'two\nlines'])
    assert.equal(
      (await admin(`${listing.id}/bids/${second.id}/strike`, { reason })).body.errors?.[0]?.pointer,
      '/reason',
    );
  assert.equal((await admin(`${listing.id}/bids/${second.id}/strike`, undefined, anna)).status, 403);
  const struck = await admin(`${listing.id}/bids/${second.id}/strike`, { reason: 'its bidder is suspended' });
  assert.equal(struck.status, 200, JSON.stringify(struck.body));
  assert.deepEqual(
    [struck.body.leader.wallet, struck.body.highestBid, struck.body.bidCount],
    [anna.address, sol(0.5), 2],
  );
  await refused(await admin(`${listing.id}/bids/${second.id}/strike`), 409, 'wrong_state');
  const { items } = await anna.get(`/v1/listings/${listing.id}/bids`);
  assert.deepEqual(
    items.map((b) => [b.id, b.state, b.reason]),
    [
      [second.id, 'struck', 'its bidder is suspended'],
      [first.id, 'placed', undefined],
    ],
  );
  await until(() => socket.of('listing.bid_struck').length === 1, 'the event');
  const { data } = socket.of('listing.bid_struck')[0].body;
  assert.deepEqual(
    [data.id, data.leader.wallet, data.highestBid, data.reason],
    [second.id, anna.address, sol(0.5), 'its bidder is suspended'],
  );
  socket.close();
  // A struck amount may be bid again, and paging works across equal amounts.
  await placed(listing, bela, sol(2));
  const page = await anna.get(`/v1/listings/${listing.id}/bids?limit=1`);
  const rest = await anna.get(`/v1/listings/${listing.id}/bids?cursor=${page.nextCursor}`);
  assert.deepEqual([page.items[0].state, ...rest.items.map((b) => b.state)], ['placed', 'struck', 'placed']);
  // Without a valid bid, the reserve applies again.
  for (const { id } of items.filter((b) => b.state === 'placed'))
    assert.equal((await admin(`${listing.id}/bids/${id}/strike`)).status, 200);
  assert.equal((await admin(`${listing.id}/bids/${page.items[0].id}/strike`)).status, 200);
  const now = await see(listing);
  assert.deepEqual([now.state, now.leader, now.highestBid, now.nextBid], ['live', undefined, undefined, sol(0.5)]);
  const listed = (await seller.get(`/v1/listings?nftId=${listing.nftId}`)).items[0];
  assert.equal(listed.highestBid, undefined);
  await placed(listing, anna, sol(0.5));
  const replayed = await operator.get(`/v1/admin/entities/listing/${listing.id}/replay`);
  assert.equal(replayed.equal, true, JSON.stringify(replayed));
});

test('a winner who does not pay makes the next bidder the winner, who pays', async () => {
  const listing = await auction({ seconds: 4 });
  await placed(listing, anna, sol(0.6));
  const unpaid = await placed(listing, bela, sol(1));
  const ended = await seller.inState(`/v1/listings/${listing.id}`, 'ended');
  assert.equal(ended.leader.wallet, bela.address);
  await refused(await anna.request('POST', `/v1/listings/${listing.id}/buy`), 409, 'auction_ended');
  const next = await until(
    async () => {
      const now = await see(listing);
      return now.leader?.wallet === anna.address && now;
    },
    'the next winner',
    20,
  );
  assert.deepEqual([next.state, next.highestBid], ['ended', sol(0.6)]);
  assert.ok(Date.parse(next.paymentDue) > Date.parse(ended.paymentDue), 'a payment window of her own');
  const { transaction } = await anna.post(`/v1/listings/${listing.id}/buy`);
  await anna.complete(transaction);
  const sold = await seller.inState(`/v1/listings/${listing.id}`, 'sold');
  assert.deepEqual([sold.salePrice, sold.buyer.wallet], [sol(0.6), anna.address]);
  const { items } = await anna.get(`/v1/listings/${listing.id}/bids`);
  assert.equal(items.find((b) => b.id === unpaid.id).state, 'unpaid');
});

test('a seller cancels an auction when no bid is backed any more, and not before', async () => {
  const listing = await auction();
  const [rich, poor] = [await Client.signedIn(stack, { sol: 2 }), await Client.signedIn(stack, { sol: 2 })];
  await placed(listing, rich, sol(0.5));
  await placed(listing, poor, sol(1));
  await refused(await seller.request('POST', `/v1/listings/${listing.id}/cancel`), 409, 'wrong_state');
  await empty(poor);
  await refused(await seller.request('POST', `/v1/listings/${listing.id}/cancel`), 409, 'wrong_state');
  await empty(rich);
  await refused(await anna.request('POST', `/v1/listings/${listing.id}/cancel`), 403, 'not_owner');
  const off = await seller.request('POST', `/v1/listings/${listing.id}/cancel`);
  assert.equal(off.status, 202, JSON.stringify(off.body));
  await seller.complete(off.body.transaction);
  assert.equal((await see(listing)).state, 'cancelled');
  const again = await seller.list({ id: listing.nftId }, { kind: 'fixed', price: sol(1) });
  assert.equal(again.state, 'live', 'the NFT is free again');
});

test('operators end and cancel any listing with a reason, and it is written down', async () => {
  const ended = await auction();
  await placed(ended, anna, sol(0.5));
  await refused(await admin(`${ended.id}/end`, { reason: '' }), 422, 'validation_failed', '/reason');
  const done = await admin(`${ended.id}/end`, { reason: 'its end was a mistake' });
  assert.deepEqual([done.status, done.body.state, done.body.leader.wallet], [200, 'ended', anna.address]);
  assert.deepEqual([done.body.intervention.action, done.body.intervention.reason], ['end', 'its end was a mistake']);

  const leaver = await Client.signedIn(stack);
  const gone = await auction({ by: leaver });
  await placed(gone, anna, sol(0.5));
  await leaver.post('/v1/auth/logout');
  const off = await admin(`${gone.id}/cancel`, { reason: 'its seller is gone' });
  assert.deepEqual([off.status, off.body.state], [200, 'cancelled']);
  await refused(await bidOn(gone, bela, sol(0.6)), 409, 'not_for_sale');
  const fixed = await seller.list(await seller.mintNft(), { kind: 'fixed', price: sol(1) });
  await refused(await admin(`${fixed.id}/end`), 409, 'wrong_state');
  assert.equal((await admin(`${fixed.id}/cancel`)).body.state, 'cancelled');

  const { items } = await operator.get('/v1/admin/audit');
  const mine = items
    .filter((a) => a.target.includes('/v1/admin/listings/') && a.status === 200)
    .map((a) => [a.target.split('/').at(-1), a.body]);
  assert.ok(mine.some(([what, body]) => what === 'end' && body.includes('a mistake')), JSON.stringify(mine));
  assert.ok(mine.some(([what, body]) => what === 'cancel' && body.includes('its seller is gone')));
});
