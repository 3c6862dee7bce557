-- expand-only
-- A bid can be struck, or left unpaid by a winner; the next one leads then. The program before this one writes rows that fit.
alter table bids
  add column state text not null default 'placed' check (state in ('placed', 'struck', 'unpaid')),
  add column reason text;

-- An amount may come again once its bid was struck.
create index bids_of_listing on bids (listing_id, amount desc, id desc);
alter table bids drop constraint bids_amount_unique;

-- A listing that had bids may have none that stands.
alter table listings drop constraint listings_check1;
alter table listings add constraint listings_leader_check
  check (bid_count >= 0 and (leader_id is null) = (highest_bid = 0) and (bid_count > 0 or leader_id is null));
