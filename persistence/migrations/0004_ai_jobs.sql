create table ai_jobs (
  id           uuid        primary key,
  studio_id    uuid        not null references studios,
  requested_by uuid        not null references users,
  kind         text        not null check (kind in ('image')),
  provider     text        not null check (length(provider) between 1 and 40),
  model        text        not null,
  state        text        not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  priority     smallint    not null check (priority between 0 and 9),
  progress     smallint    not null check (progress between 0 and 100),
  ready_at     timestamptz not null,
  created_at   timestamptz not null
);
create index ai_jobs_of_studio on ai_jobs (studio_id, id);
create index ai_jobs_of_user on ai_jobs (requested_by, id);
create index ai_jobs_waiting on ai_jobs (ready_at) where state = 'queued';
create index ai_jobs_running on ai_jobs (studio_id) where state = 'running';
