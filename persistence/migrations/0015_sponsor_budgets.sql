-- expand-only
-- What the fee payer spends on others, in lamports by UTC day: a row for each user and each studio that caused something,
-- and one, with the nil UUID, for all.
create table sponsor_budgets (
  day      date     not null,
  scope    text     not null check (scope in ('user', 'studio', 'all')),
  subject  uuid     not null,
  reserved lamports not null default 0, -- by transactions that have not ended
  spent    lamports not null default 0,
  primary key (day, scope, subject)
) with (fillfactor = 60);

-- A row for each transaction that was prepared and has not ended.
create table sponsor_reservations (
  transaction_id uuid        primary key,
  day            date        not null,
  user_id        uuid        not null,
  studio_id      uuid,
  most           lamports    not null, -- what it can cost
  fee            lamports    not null, -- what it costs when it fails on chain
  until          timestamptz not null, -- it is released then if there is no such transaction
  check (fee <= most)
);
create index sponsor_reservations_by_time on sponsor_reservations (until);

-- Locks the budgets that a transaction counts in, always in the same order (user, studio, all): so no two of the
-- functions below wait for each other.
create function lock_sponsor_budgets(of_day date, of_user uuid, of_studio uuid)
returns setof sponsor_budgets language sql as $$
  select * from sponsor_budgets
  where day = of_day
    and (scope, subject) in (('user', of_user), ('studio', of_studio), ('all', '00000000-0000-0000-0000-000000000000'))
  order by case scope when 'user' then 1 when 'studio' then 2 else 3 end for update
$$;

-- Reserves `most` lamports for a transaction in each budget that it counts in. Gives null, or the scope of the first
-- budget that has not so much left.
create function sponsor_reserve(of_transaction uuid, moment timestamptz, until timestamptz, of_user uuid, of_studio uuid,
                                most numeric, fee numeric, user_limit numeric, studio_limit numeric, all_limit numeric)
returns text language plpgsql as $$
declare
  today date := (moment at time zone 'UTC')::date;
  held sponsor_budgets;
begin
  insert into sponsor_budgets (day, scope, subject) values (today, 'user', of_user) on conflict do nothing;
  if of_studio is not null then
    insert into sponsor_budgets (day, scope, subject) values (today, 'studio', of_studio) on conflict do nothing;
  end if;
  insert into sponsor_budgets (day, scope, subject)
    values (today, 'all', '00000000-0000-0000-0000-000000000000') on conflict do nothing;
  for held in select * from lock_sponsor_budgets(today, of_user, of_studio) loop
    if held.reserved + held.spent + most
       > (case held.scope when 'user' then user_limit when 'studio' then studio_limit else all_limit end) then
      return held.scope;
    end if;
  end loop;
  update sponsor_budgets b set reserved = b.reserved + most
    where b.day = today
      and (b.scope, b.subject) in (('user', of_user), ('studio', of_studio), ('all', '00000000-0000-0000-0000-000000000000'));
  insert into sponsor_reservations values (of_transaction, today, of_user, of_studio, most, fee, until);
  return null;
end $$;

-- A transaction has ended, and has cost `cost`: what was reserved for it is free again. False where nothing was reserved.
create function sponsor_settle(of_transaction uuid, cost numeric) returns boolean language plpgsql as $$
declare
  r sponsor_reservations;
begin
  delete from sponsor_reservations where transaction_id = of_transaction returning * into r;
  if not found then
    return false;
  end if;
  perform from lock_sponsor_budgets(r.day, r.user_id, r.studio_id);
  update sponsor_budgets b set reserved = b.reserved - r.most, spent = b.spent + cost
    where b.day = r.day
      and (b.scope, b.subject) in (('user', r.user_id), ('studio', r.studio_id), ('all', '00000000-0000-0000-0000-000000000000'));
  return true;
end $$;
