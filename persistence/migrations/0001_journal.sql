-- Rules about one value are domains where they can be: PostgreSQL reads a domain's rule once a session, and a column's once a
-- statement.
create domain name_in_code as text check (value ~ '^[a-z_]{1,60}$');
create domain count_from_one as bigint check (value > 0);
create domain form_version as smallint check (value > 0);

-- The journal: what happened, in order. Everything else can be made again from it.
create table journal (
  position    bigint generated always as identity,
  transaction xid8        not null default pg_current_xact_id(),
  entity_id   uuid        not null,
  sequence    count_from_one not null,
  kind        name_in_code not null,
  type        name_in_code not null,
  version     form_version not null,
  payload     json        not null,
  at          timestamptz not null,
  actor_id    uuid,
  primary key (entity_id, sequence)
);
create unique index journal_global_order on journal (transaction, position);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is only ever appended to';
end $$;
create trigger journal_is_append_only before update or delete or truncate on journal
  for each statement execute function refuse_change();

create table snapshots (
  entity_id     uuid     primary key,
  sequence      count_from_one not null,
  state_version form_version not null,
  state         json     not null
);

-- When an entity needs waking although nobody asks for it.
create table deadlines (
  entity_id uuid        primary key,
  kind      text        not null,
  due_at    timestamptz not null
);
create index deadlines_by_time on deadlines (due_at);

create table follower_cursors (
  follower    name_in_code primary key,
  transaction numeric(20) not null,
  position    bigint      not null,
  stored_at   timestamptz not null default now()
);

-- One row for each Idempotency-Key in use: reserved first, completed in the transaction of the command.
create table idempotency (
  user_id      uuid        not null,
  key          text        not null check (length(key) between 1 and 200),
  fingerprint  bytea       not null check (length(fingerprint) = 32),
  entity_id    uuid        not null,
  locked_until timestamptz not null,
  status       smallint    check (status between 200 and 299),
  body         text,
  created_at   timestamptz not null default now(),
  primary key (user_id, key),
  check ((status is null) = (body is null))
);
create index idempotency_by_age on idempotency (created_at);
