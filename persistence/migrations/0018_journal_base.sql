-- expand-only
-- The journal's order must survive a move to another database, whose transaction ids are others: a row's `transaction` is the
-- id that PostgreSQL gave its transaction, plus a base. The base grows when the journal goes on in another place (ADR 12).
create table journal_origin (
  one   boolean     primary key default true check (one),
  base  bigint      not null default 0 check (base between 0 and 1::bigint << 62),
  place text,       -- where the base was set: see journal_place()
  since timestamptz not null default now()
);
insert into journal_origin default values;

-- The order's value for this transaction.
create function journal_transaction() returns xid8 language sql stable as $$
  select (base + pg_current_xact_id()::text::bigint)::text::xid8 from journal_origin;
$$;

-- Every journal row below this value is visible: no transaction that is still open, or will begin, can write one.
create function journal_horizon() returns xid8 language sql stable as $$
  select (base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint)::text::xid8 from journal_origin;
$$;

alter table journal alter column transaction set default journal_transaction();

-- The cluster of PostgreSQL, its timeline and the database; null where the caller may not ask.
create function journal_place() returns text language plpgsql stable as $$
begin
  return (select c.system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || d.oid
          from pg_control_system() c, pg_database d where d.datname = current_database());
exception when insufficient_privilege or undefined_function then
  return null;
end $$;

-- The highest value of the order that is stored.
create function journal_end() returns numeric language sql stable as $$
  select greatest((select transaction::text::numeric from journal order by journal.transaction desc, position desc limit 1),
                  (select max(transaction) from follower_cursors where transaction < 1::bigint << 62), 0);
$$;

-- Why the base must grow; null while the order holds. In one snapshot, since what a snapshot shows was written by
-- transactions below its xmax.
create function journal_break() returns text language sql stable as $$
  select case
    when journal_end() >= base + pg_snapshot_xmax(pg_current_snapshot())::text::numeric
      then 'the journal lies ahead of this database''s transaction ids'
    when place <> journal_place() then 'the database was restored, copied or promoted'
  end from journal_origin;
$$;

-- Makes the order go on in this database: what is written from now on comes after all that is stored. Says why the base had to
-- grow, null if it did not. The step is random: values that another life of the journal gave out after this one's data was
-- copied are met by no row here, so that a client that comes with one is told to begin anew. `force` makes a step in any case.
create function journal_continue(force boolean default false) returns text language plpgsql as $$
declare
  why text;
  positions constant regclass := pg_get_serial_sequence('journal', 'position');
begin
  if journal_break() is null and not force then
    if exists (select from journal_origin where place is null) then
      update journal_origin set place = journal_place() where place is null;
    end if;
    return null;
  end if;
  lock table journal in exclusive mode; -- nobody writes with the old base while it changes
  why := coalesce(journal_break(), case when force then 'an operator asked for it' end);
  if why is null then return null; end if; -- somebody else did it
  perform set_config('synchronous_commit', 'on', true);
  update journal_origin set
    base = greatest(base, journal_end() - pg_snapshot_xmin(pg_current_snapshot())::text::numeric + 1)
           + (1::bigint << 32) + floor(random() * (1::bigint << 40))::bigint,
    place = journal_place(), since = now();
  perform setval(positions, greatest(nextval(positions),
    (select max(position) from (select position from journal order by transaction desc, position desc limit 10000) latest)));
  raise warning 'the journal goes on with another base: %', why;
  return why;
end $$;
