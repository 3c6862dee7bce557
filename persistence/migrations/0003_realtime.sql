-- Whom an event concerns besides its entity: the users and the other entities in whose rooms it is shown.
alter table journal add column audience uuid[] not null default '{}';

-- What a realtime client had subscribed to, so that it can go on after its connection, or this server's process, was lost. `rooms`
-- holds, for each: its name, the place in the journal from which on it is in it, the version that it was shown.
create table realtime_clients (
  pid        text        primary key check (length(pid) between 16 and 64),
  user_id    uuid        not null,
  rooms      json        not null,
  touched_at timestamptz not null
);
create index realtime_clients_by_age on realtime_clients (touched_at);
