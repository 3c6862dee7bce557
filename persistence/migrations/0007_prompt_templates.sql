create table prompt_templates (
  id          uuid        primary key,
  studio_id   uuid        not null references studios,
  owner_id    uuid        not null references users,
  name        text        not null,
  description text        not null,
  visibility  text        not null check (visibility in ('studio', 'public')),
  revision    integer     not null check (revision > 0),
  created_at  timestamptz not null
);
create index prompt_templates_of_owner on prompt_templates (owner_id, id);

-- How often jobs were ordered with a template. A row of its own: many count at once, and the template does not change by it.
create table prompt_template_uses (
  id   uuid   primary key,
  uses bigint not null check (uses > 0)
) with (fillfactor = 60);
