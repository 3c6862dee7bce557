-- What operators changed: who, where, and what came of it.
create table operator_audit (
  id     bigint      generated always as identity primary key,
  at     timestamptz not null default now(),
  caller text        not null,
  node   text        not null,
  method text        not null,
  target text        not null,
  body   text        not null,
  status smallint    not null
);
create index operator_audit_by_time on operator_audit (at);
