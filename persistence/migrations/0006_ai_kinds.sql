alter table ai_jobs drop constraint ai_jobs_kind_check;
alter table ai_jobs add constraint ai_jobs_kind_check check (kind in ('image', 'text', 'variation', 'upscale', 'metadata'));
alter table ai_jobs add column prompt text not null default '';
-- It was tried as often as is done by itself.
alter table ai_jobs add column dead boolean not null default false;
create index ai_jobs_dead on ai_jobs (id) where dead;
