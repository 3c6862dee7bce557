create table agents (
  id         uuid        primary key,
  studio_id  uuid        not null references studios,
  owner_id   uuid        not null references users,
  name       text        not null,
  state      text        not null check (state in ('idle', 'planning', 'acting', 'awaiting_approval', 'retired')),
  paused     boolean     not null,
  trigger    text        not null check (trigger in ('none', 'nft_minted', 'listing_live', 'listing_sold')),
  created_at timestamptz not null
) with (fillfactor = 80);
create index agents_of_owner on agents (owner_id, id);
create index agents_of_studio on agents (studio_id, trigger) where trigger <> 'none' and state <> 'retired';

create table agent_runs (
  agent_id   uuid        not null references agents,
  number     integer     not null check (number > 0),
  outcome    text        not null check (outcome in ('running', 'succeeded', 'failed', 'exhausted', 'stopped')),
  cause      jsonb       not null,
  steps      integer     not null,
  words      text        not null,
  credits    bigint      not null,
  started_at timestamptz not null,
  ended_at   timestamptz,
  primary key (agent_id, number)
) with (fillfactor = 70);

-- What was said in a run, by whom, in order.
create table agent_messages (
  agent_id uuid        not null references agents,
  run      integer     not null,
  number   integer     not null check (number > 0),
  said_by  text        not null check (said_by in ('user', 'assistant', 'tool')),
  words    text        not null,
  calls    jsonb       not null,
  answers  text        not null,
  at       timestamptz not null,
  primary key (agent_id, run, number)
);

alter table ai_jobs drop constraint ai_jobs_kind_check;
alter table ai_jobs add constraint ai_jobs_kind_check check (kind in ('image', 'text', 'variation', 'upscale', 'metadata', 'plan'));
