// The checker finds every planted fault, and finds none in correct data.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { faultsIn, uuidOf } from './check.mjs';

const listing = 'lst_01j0b3t1m4e6gtxbrcke7k8ggh', other = 'lst_01j0b3t1m4e6gtxbrcke7k8ggj';
const user = 'usr_01j0b3t1m4e6gtxbrcke7k8ggk';
const bid = (n) => `bid_01j0b3t1m4e6gtxbrcke7k8g${String(n).padStart(2, '0')}`;

function good() {
  const event = (id, sequence, type, payload = {}) =>
    ({ entity: uuidOf(id), sequence, kind: 'listing', type, payload });
  const placed = (id, sequence, n, amount) =>
    event(id, sequence, 'bid_placed', { id: bid(n), amount, bidder: { userId: user } });
  return {
    journal: [event(listing, 1, 'listing_created'), event(listing, 2, 'listing_live'), placed(listing, 3, 1, '10'),
      placed(listing, 4, 2, '11'), placed(listing, 5, 3, '12'),
      event(other, 1, 'listing_created'), event(other, 2, 'listing_live'),
      event(other, 3, 'listing_sold', { buyer: { userId: user }, amount: '7' })],
    listings: [
      { id: uuidOf(listing), version: 5, state: 'live', bid_count: 3, highest_bid: '12', leader_id: uuidOf(user),
        buyer_id: null, sale_price: null, nft_id: 'nft 1' },
      { id: uuidOf(other), version: 3, state: 'sold', bid_count: 0, highest_bid: '0', leader_id: null,
        buyer_id: uuidOf(user), sale_price: '7', nft_id: 'nft 2' }],
    bids: [1, 2, 3].map((n) => ({ id: uuidOf(bid(n)), listing_id: uuidOf(listing), amount: String(9 + n) })),
    acknowledged: [1, 2, 3].map((n) => ({ listing, id: bid(n), amount: String(9 + n) })),
    watchers: [{ name: 'watcher', from: { [listing]: 2 },
      events: [3, 4, 5].map((sequence) => ({ id: listing, sequence })) }],
  };
}

test('finds nothing wrong in what is right', () => assert.deepEqual(faultsIn(good()), []));

const at = (e, sequence) => e.journal.findIndex((j) => j.entity === uuidOf(listing) && j.sequence === sequence);
// For each fault: the function that plants it in correct data, and the pattern that the checker's sentence must match.
const planted = {
  'an acknowledged bid that is not in the journal': [(e) => e.acknowledged.push({ listing, id: bid(9), amount: '13' }),
    /acknowledged bid .* is in the journal 0 times/],
  'an acknowledged bid that was written with another amount': [(e) => { e.acknowledged[1].amount = '15'; },
    /acknowledged bid .* of 15 is another one/],
  'an acknowledged bid that was written to another listing': [(e) => { e.acknowledged[1].listing = other; },
    /acknowledged bid .* is another one/],
  'a bid that was written twice': [(e) => e.journal.push({ ...e.journal[at(e, 5)], sequence: 6 }),
    /acknowledged bid .* is in the journal 2 times/],
  'an event that is missing': [(e) => e.journal.splice(at(e, 4), 1), /event 4 is 5/],
  'two events in one place': [(e) => { e.journal[at(e, 4)].sequence = 3; }, /event 4 is 3/],
  'a bid that is not above the one before': [(e) => { e.journal[at(e, 4)].payload.amount = '9'; },
    /bid 4 of 9 is not above 10/],
  'an NFT that was sold twice by one listing': [(e) => e.journal.push({ ...e.journal.at(-1), sequence: 4 }),
    /listing .* was sold 2 times/],
  'an NFT that was sold by two listings': [(e) => {
    e.journal.push({ ...e.journal.at(-1), entity: uuidOf(listing), sequence: 6 });
    Object.assign(e.listings[0], { nft_id: 'nft 2', version: 6, state: 'sold', buyer_id: uuidOf(user),
      sale_price: '7' });
    e.watchers[0].events.push({ id: listing, sequence: 6 });
  }, /NFT nft 2 was sold 2 times/],
  'a version in the read model': [(e) => { e.listings[0].version = 4; }, /version is 4 in the read model and 5/],
  'a count in the read model': [(e) => { e.listings[0].bid_count = 2; }, /bid_count is 2/],
  'a leader in the read model': [(e) => { e.listings[0].leader_id = null; }, /leader_id is null/],
  'a state in the read model': [(e) => { e.listings[1].state = 'live'; }, /state is live/],
  'a row that is missing': [(e) => e.bids.pop(), /rows of its bids/],
  'a row that nobody wrote': [(e) => e.bids.push({ id: uuidOf(bid(8)), listing_id: uuidOf(listing), amount: '8' }),
    /rows of its bids/],
  'a listing without a row': [(e) => e.listings.shift(), /is undefined in the read model/],
  'an event that a watcher did not see': [(e) => e.watchers[0].events.splice(1, 1),
    /saw 2 of 3 events; the first that differs is 4, where 5 came/],
  'an event that a watcher saw twice': [(e) => e.watchers[0].events.push({ id: listing, sequence: 5 }),
    /saw 4 of 3 events/],
  'events that a watcher saw in another order': [(e) => e.watchers[0].events.reverse(),
    /the first that differs is 3, where 5 came/],
  'a watcher that stopped hearing': [(e) => e.watchers[0].events.pop(), /saw 2 of 3 events/],
};
for (const [what, [plant, said]] of Object.entries(planted))
  test(`finds ${what}`, () => {
    const e = good();
    plant(e);
    assert.ok(faultsIn(e).some((f) => said.test(f)), `it says: ${faultsIn(e).join('; ')}`);
  });
