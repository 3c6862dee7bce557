// SIGKILL at any time loses nothing that the server acknowledged.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { ACCOUNT_RENT, Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack;
before(async () => { stack = await Stack.start({ name: 'kill', options: { 'log.requests': false } }); });
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

test('bids acknowledged under load are all in the journal after each of three kills', async () => {
  const seller = await Client.signedIn(stack);
  const auctions = await seller.openAuctions(4);
  const bidders = await Promise.all(Array.from({ length: 4 }, () => Client.signedIn(stack, { sol: 1 })));
  const acknowledged = [];
  let amount = 1000;
  let ended = 0; // requests that the kill cut off

  for (let round = 0; round < 3; round++) {
    let running = true;
    const loop = async (n) => {
      while (running) {
        const bid = String(amount++);
        const listing = auctions[(n + amount) % auctions.length].id;
        try {
          const answer = await bidders[n % bidders.length].request('POST', `/v1/listings/${listing}/bids`, {
            body: { amount: bid },
          });
          if (answer.status === 201) acknowledged.push({ id: answer.body.id, listing, bid });
          else assert.equal(answer.body.code, 'bid_too_low');
        } catch (error) {
          if (error.code === 'ERR_ASSERTION') throw error;
          ended++;
          return;
        }
      }
    };
    const load = Array.from({ length: 32 }, (_, n) => loop(n));
    const enough = acknowledged.length + 101;
    await until(() => acknowledged.length >= enough, 'bids');
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 800)); // the kill comes at a random time
    const how = await stack.stopPlatform('SIGKILL');
    assert.equal(how.signal, 'SIGKILL');
    running = false;
    await Promise.all(load);
    await stack.startPlatform();
  }

  assert.ok(acknowledged.length > 300, `only ${acknowledged.length} bids were acknowledged`);
  assert.ok(ended > 0, 'no request was cut off: the kill did not come under load');
  const stored = new Map(
    stack
      .sql("select payload->>'id', payload->>'amount' from journal where type = 'bid_placed'")
      .split('\n')
      .map((line) => line.split('|')),
  );
  for (const a of acknowledged)
    assert.equal(stored.get(a.id), a.bid, `the bid ${a.id} was acknowledged and is not in the journal`);

  // The journal has no gaps, and the read models agree with it.
  assert.equal(stack.journalGaps(), 0);
  assert.equal(
    stack.sql(
      "select count(*) from journal j left join bids b on b.amount::text = j.payload->>'amount' " +
        "and b.listing_id = j.entity_id where j.type = 'bid_placed' and b.id is null",
    ),
    '0',
  );
  assert.equal(stack.sql('select count(*) from bids'), String(stored.size));
  for (const auction of auctions) {
    const shown = await seller.get(`/v1/listings/${auction.id}`);
    const best = (await seller.get(`/v1/listings/${auction.id}/bids?limit=1`)).items[0];
    assert.equal(shown.highestBid, best.amount);
    assert.equal(shown.leader.wallet, best.bidder.wallet);
    const [count, highest] = stack
      .sql(
        'select bid_count, highest_bid from listings l where bid_count = (select count(*) from bids b ' +
          'where b.listing_id = l.id) and highest_bid = (select max(amount) from bids b where b.listing_id = l.id) ' +
          `and highest_bid = ${best.amount}`,
      )
      .split('|');
    assert.equal(count, String(shown.bidCount));
    assert.equal(highest, best.amount);
  }
});

test('a sale that was under way when the platform was killed is settled after its restart', async () => {
  const seller = await Client.signedIn(stack, { sol: 1 });
  const buyer = await Client.signedIn(stack, { sol: 5 });
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const { transaction } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  const path = `/v1/transactions/${transaction.id}/signature`;
  await buyer.post(path, { signedTransaction: buyer.signTransaction(transaction.base64) });
  await stack.stopPlatform('SIGKILL'); // acknowledged, so it must complete
  await stack.startPlatform();
  const sold = await buyer.inState(`/v1/listings/${listing.id}`, 'sold');
  assert.equal(sold.buyer.wallet, buyer.address);
  assert.equal(await stack.connection.getBalance(buyer.wallet.publicKey), 4_000_000_000 - ACCOUNT_RENT, 'paid once');
});

test('an auction that ended while the platform was down is closed at its start', async () => {
  const seller = await Client.signedIn(stack);
  const bidder = await Client.signedIn(stack, { sol: 1 });
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, {
    kind: 'auction',
    reserve: '100',
    minIncrement: '1',
    endsAt: new Date(Date.now() + 3000).toISOString(),
  });
  await bidder.post(`/v1/listings/${listing.id}/bids`, { amount: '100' });
  await stack.stopPlatform('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, Date.parse(listing.endsAt) - Date.now()) + 300));
  await stack.startPlatform();
  const closed = () =>
    stack.sql(
      `select count(*) from journal where type = 'auction_closed' ` +
        `and payload->'winner'->>'wallet' = '${bidder.address}'`,
    );
  // Nobody reads the listing; it must close anyway.
  await until(() => closed() === '1', 'the end of the auction', 10);
  assert.equal((await bidder.get(`/v1/listings/${listing.id}`)).state, 'ended');
});
