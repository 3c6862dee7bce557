-- Keys of AI providers, sealed (actors/ai_key/vault.hpp); the platform's own stand under the nil id. Not in the journal, which forgets nothing.
create table ai_keys (
  owner_id uuid        not null,
  provider text        not null check (length(provider) between 1 and 40),
  sealed   bytea       not null,
  set_at   timestamptz not null,
  primary key (owner_id, provider)
);

-- What a studio's jobs took, by provider and day (UTC).
create table ai_usage (
  studio_id     uuid   not null references studios,
  day           date   not null,
  provider      text   not null,
  jobs          bigint not null,
  things        bigint not null,
  input_tokens  bigint not null,
  output_tokens bigint not null,
  credits       bigint not null,
  primary key (studio_id, day, provider)
) with (fillfactor = 70);

-- What a job that has not ended may cost at most, as far as it is known beforehand.
alter table ai_jobs add column expected_credits bigint not null default 0;
create index ai_jobs_under_way on ai_jobs (studio_id) where state in ('queued', 'running');
drop index ai_jobs_running;
