alter table ai_jobs drop constraint ai_jobs_kind_check;
alter table ai_jobs add constraint ai_jobs_kind_check check (kind in ('image', 'text', 'variation', 'upscale', 'metadata', 'plan', 'fine_tune'));

-- Models that fine-tunes made: their studio's alone.
create table ai_models (
  job_id    uuid        primary key references ai_jobs,
  studio_id uuid        not null references studios,
  provider  text        not null,
  model     text        not null,
  name      text        not null,
  base      text        not null,
  made_at   timestamptz not null
);
create index ai_models_of_studio on ai_models (studio_id, job_id);
create index ai_models_by_name on ai_models (provider, model);
