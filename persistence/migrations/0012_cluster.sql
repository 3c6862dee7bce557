-- Who is in the cluster. The database's clock is the only one that leases are measured by.
create table cluster_epoch (
  one   boolean primary key default true check (one),
  epoch bigint  not null default 0
);
insert into cluster_epoch default values;

create table cluster_nodes (
  node          uuid        primary key,
  name          text        not null check (length(name) between 1 and 100),
  host          text        not null,
  port          integer     not null,
  roles         text[]      not null,
  at            text        not null default 'active' check (at in ('active', 'leaving', 'dead')),
  joined_epoch  bigint      not null,
  settled_epoch bigint      not null default 0,
  lease_until   timestamptz not null,
  started_at    timestamptz not null default clock_timestamp(),
  ended_at      timestamptz,
  end_reason    text,
  http_url      text        not null,
  version       text        not null
);
create unique index cluster_nodes_live_name on cluster_nodes (name) where at <> 'dead';

-- Which node cannot reach which other one.
create table cluster_suspicions (
  node uuid        not null,
  by   uuid        not null,
  at   timestamptz not null default clock_timestamp(),
  primary key (node, by)
);

-- Says that who serves what has changed, and gives the new epoch. The row's lock puts changes in order. Unlike a lease's extension (for which sessions do not wait), a change
-- must survive a crash: epochs never go back.
create function cluster_changed() returns bigint language sql as $$
  select set_config('synchronous_commit', 'on', true);
  select pg_notify('ainft_cluster', '');
  update cluster_epoch set epoch = epoch + 1 returning epoch;
$$;

-- Ends nodes that are not dead yet; whether there were any.
create function cluster_end(nodes uuid[], why text) returns boolean language plpgsql as $$
begin
  update cluster_nodes set at = 'dead', ended_at = clock_timestamp(), end_reason = why where node = any (nodes) and at <> 'dead';
  if not found then return false; end if;
  perform cluster_changed();
  delete from cluster_suspicions where node = any (nodes) or by = any (nodes);
  return true;
end $$;

-- A node comes in. One of the same name is an earlier life of the same process.
create function cluster_join(self uuid, its_name text, its_host text, its_port integer, its_roles text[], its_url text, its_version text, lease interval)
returns bigint language plpgsql as $$
declare joined bigint;
begin
  perform 1 from cluster_epoch for update;
  perform cluster_end(array(select node from cluster_nodes where name = its_name and at <> 'dead'), 'its process was started anew');
  delete from cluster_nodes where at = 'dead' and ended_at < clock_timestamp() - interval '1 day';
  joined := cluster_changed();
  insert into cluster_nodes (node, name, host, port, roles, joined_epoch, lease_until, http_url, version)
  values (self, its_name, its_host, its_port, its_roles, joined, clock_timestamp() + lease, its_url, its_version);
  return joined;
end $$;

-- One beat of a node's heart: extends its lease unless it is dead, and ends those whose lease ran out if it may judge. One that is late itself judges nobody: what held it
-- up may have held up all. Gives where it stands, and the time.
create function cluster_beat(self uuid, lease interval, settled bigint, may_judge boolean, out its_standing text, out its_end_reason text, out epoch bigint, out now_is timestamptz)
language plpgsql as $$
declare before bigint; in_time boolean;
begin
  select n.at, n.end_reason, n.settled_epoch, n.lease_until > clock_timestamp() + lease / 2 into its_standing, its_end_reason, before, in_time
    from cluster_nodes n where node = self;
  if its_standing is distinct from 'dead' then
    update cluster_nodes n set lease_until = clock_timestamp() + lease, settled_epoch = greatest(n.settled_epoch, settled) where node = self and n.at <> 'dead';
    if settled > before then perform pg_notify('ainft_cluster', ''); end if;
  end if;
  if may_judge and in_time then
    perform cluster_end(array(select node from cluster_nodes n where n.at <> 'dead' and lease_until < clock_timestamp()), 'its lease ran out');
  end if;
  select e.epoch into epoch from cluster_epoch e;
  now_is := clock_timestamp();
end $$;

-- A node cannot reach another one. That one is ended when as many nodes say so as are needed: more than half of all, or all the others.
create function cluster_suspect(suspect uuid, accuser uuid, keep interval) returns boolean language plpgsql as $$
declare votes integer; live integer;
begin
  perform 1 from cluster_epoch for update;
  perform 1 from cluster_nodes where node = accuser and at <> 'dead';
  if not found then return false; end if;
  perform 1 from cluster_nodes where node = suspect and at <> 'dead';
  if not found then return false; end if;
  insert into cluster_suspicions (node, by) values (suspect, accuser) on conflict (node, by) do update set at = clock_timestamp();
  select count(*) into live from cluster_nodes where at <> 'dead';
  select count(*) into votes from cluster_suspicions s join cluster_nodes n on n.node = s.by and n.at <> 'dead'
    where s.node = suspect and s.at > clock_timestamp() - keep;
  if votes < least(live - 1, live / 2 + 1) then return false; end if;
  return cluster_end(array[suspect], 'the others cannot reach it');
end $$;

-- The node that works on the request: what a dead node had reserved is taken over at once.
alter table idempotency add column holder uuid;
