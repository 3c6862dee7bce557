-- expand-only
create table pledges (
  id uuid primary key,
  owner_id uuid not null,
  amount numeric(20, 0) not null,
  note text not null,
  state text not null,
  transaction_id uuid,
  signature text,
  created_at timestamptz not null
);
create index pledges_of_owner on pledges (owner_id, id);
create index pledges_in_state on pledges (state, id);
