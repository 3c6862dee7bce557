-- expand-only
-- What these say is as it was. PostgreSQL plans a function in SQL anew in each statement that calls it, which cost as much as
-- writing ten events; one in PL/pgSQL it plans once for a connection.
create or replace function journal_transaction() returns xid8 language plpgsql stable as $$
begin
  return (select (base + pg_current_xact_id()::text::bigint)::text::xid8 from journal_origin);
end $$;

create or replace function journal_horizon() returns xid8 language plpgsql stable as $$
begin
  return (select (base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint)::text::xid8 from journal_origin);
end $$;
