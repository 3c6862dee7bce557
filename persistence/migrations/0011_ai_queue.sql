-- Jobs that have not ended: whose turn it is, and when each must be looked at. A row comes with the order and goes with the end, so that the table stays
-- small, and no index has what changes meanwhile. ai_jobs is written when a job is ordered and when it has ended.
create table ai_queue (
  job_id           uuid        primary key,
  studio_id        uuid        not null,
  provider         text        not null,
  priority         smallint    not null,
  state            text        not null, -- 'queued', 'running', or 'parked': it goes on at the provider
  progress         smallint    not null,
  ready_at         timestamptz not null,
  wake_at          timestamptz not null, -- when its lease or its time limit runs out
  expected_credits bigint      not null
) with (fillfactor = 60);
insert into ai_queue
  select j.id, j.studio_id, j.provider, j.priority, j.state, j.progress, j.ready_at, coalesce(d.due_at, now()), j.expected_credits
  from ai_jobs j left join deadlines d on d.entity_id = j.id where j.state in ('queued', 'running');
delete from deadlines where kind = 'ai_job';
create index ai_queue_of_studio on ai_queue (studio_id);

drop index ai_jobs_waiting;
drop index ai_jobs_under_way;
alter table ai_jobs drop column ready_at, drop column expected_credits;
alter table ai_jobs set (fillfactor = 80);

-- Whatever must be woken at its time. Kinds of things that change often keep theirs in rows of their own.
create view due as
  select entity_id, kind, due_at from deadlines
  union all select job_id, 'ai_job', wake_at from ai_queue;
