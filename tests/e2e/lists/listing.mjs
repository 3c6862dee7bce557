import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/stack.mjs';

// The event of the listing whose bids are listed.
const created = readFileSync(join(root, 'tests/unit/stored_events/listing.listing_created.v2.json'), 'utf8').trim();

export const rows = () => `
  insert into listings (id, nft_id, seller_id, kind, is_open, state, price, min_increment, ends_at, highest_bid,
      leader_id, bid_count, buyer_id, sale_price, signature, version, created_at)
    select id_of('listing', n), id_of('nft', n), id_of('user', 1 + n % 10000),
           case when n % 4 = 0 then 'auction' else 'fixed' end, n % 3 = 0,
           case when n % 3 = 0 then 'live' when n % 500 = 1 then 'failed' else 'sold' end, 1 + n,
           1, case when n % 4 = 0 then now() end, 0, null, 0,
           case when n % 3 <> 0 then id_of('user', 10001) end, case when n % 3 <> 0 then 5 end,
           case when n % 3 <> 0 and n % 500 <> 1 then 's' || n end, 1, now()
    from generate_series(1, 200000) n;
  insert into bids
    select id_of('bid', n), id_of('listing', 4 * pick(500)), id_of('user', pick(20000)), n, now()
    from generate_series(1, 100000) n;
  insert into journal (entity_id, sequence, kind, type, version, payload, at)
    values (id_of('listing', 400), 1, 'listing', 'listing_created', 2, '${created}', now());
`;

export const values = ({ user, idOf }) => ({
  '/v1/listings': {
    state: ['live', 'failed'],
    kind: ['auction'],
    sellerId: [idOf('usr', 'user', 5), user.user.id],
    nftId: [idOf('nft', 'nft', 77), idOf('nft', 'nft', 0)],
  },
});

export const subjects = ({ idOf }) => ({ '/v1/listings/': idOf('lst', 'listing', 400) });
