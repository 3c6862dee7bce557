-- A transaction that is sent whole cannot look at how many rows a statement wrote before it commits: the statement refuses by itself.
create function refuse_append(reason text) returns boolean language plpgsql as $$
begin
  raise exception '%', reason using errcode = case reason when 'order' then 'AN001' else 'AN002' end;
end $$;
