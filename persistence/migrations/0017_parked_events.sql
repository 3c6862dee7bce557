-- expand-only
-- Keys of followers whose first event keeps failing, and the events that wait: see runtime/parking.hpp.
create table follower_parked_keys (
  follower        name_in_code not null,
  key             uuid         not null,
  reason          text         not null,
  attempts        integer      not null default 0,
  parked_at       timestamptz  not null default now(),
  next_attempt_at timestamptz  not null default now(),
  primary key (follower, key)
);
create index follower_parked_keys_due on follower_parked_keys (follower, next_attempt_at);

-- `place` is the order of one key's events, since its follower stores them in the journal's order.
create table follower_parked_events (
  follower  name_in_code   not null,
  key       uuid           not null,
  entity_id uuid           not null,
  sequence  count_from_one not null,
  place     bigint         generated always as identity,
  primary key (follower, entity_id, sequence),
  foreign key (follower, key) references follower_parked_keys on delete cascade
);
create index follower_parked_events_in_order on follower_parked_events (follower, key, place);
