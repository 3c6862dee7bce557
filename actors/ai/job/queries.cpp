#include "actors/ai/job/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::ai_job {

using namespace persistence;

namespace {

std::string ids_text(const std::vector<runtime::uuid>& ids) {
  array_text out;
  for (const auto& id : ids)
    out.add(id.str());
  return out.take();
}

} // namespace

std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f, const http::page& page) {
  filtered_query query{"ai_jobs_list", R"sql(
    select id, studio_id, kind, provider, model, state, priority, progress, prompt, created_at from (
      select j.id, j.studio_id, j.requested_by, j.kind, j.provider, j.model, j.priority, j.prompt, j.created_at,
        coalesce(q.progress, j.progress) as progress,
             case q.state when 'running' then 'running' when 'parked' then 'running' else j.state end as state
      from ai_jobs j left join ai_queue q on q.job_id = j.id) as seen)sql"};
  query.where("requested_by = $", who.user)
    .where("studio_id = $", f.studio)
    .where("state = $", f.state)
    .where("kind = $", f.kind)
    .where("id > $", page.after_text());
  return read_rows<summary>(query.run(db, " order by id limit $", page.limit + 1));
}

std::vector<summary> list_dead(persistence::session& db, const list_reader&, const no_filter&, const http::page& page) {
  filtered_query query{"ai_jobs_dead", "select id, studio_id, kind, provider, model, state, priority, progress, "
                                       "prompt, created_at from (select * from ai_jobs where dead) as dead_jobs"};
  query.where("id > $", page.after_text());
  return read_rows<summary>(query.run(db, " order by id limit $", page.limit + 1));
}

std::vector<used_prompt> prompt_history(persistence::session& db, const user_id& of,
                                        const std::optional<ainft::studio_id>& studio, size_t count) {
  static constexpr statement select{"ai_prompts_of_user", R"sql(
    select prompt, count(*) as jobs, (array_agg(id order by id desc))[1] as latest_job_id,
      max(created_at) as used_at from ai_jobs
    where requested_by = $1 and ($2::uuid is null or studio_id = $2) and prompt <> ''
      and kind not in ('plan', 'fine_tune')
    group by prompt order by used_at desc limit $3)sql"};
  return read_rows<used_prompt>(db.run(select, parameters{of, studio, count}));
}

std::vector<day_usage> usage(persistence::session& db, const std::optional<ainft::studio_id>& studio, size_t days) {
  static constexpr statement select{"ai_usage_list", R"sql(
    select day, provider, sum(jobs) as jobs, sum(things) as things, sum(input_tokens) as input_tokens,
      sum(output_tokens) as output_tokens, sum(credits) as credits from ai_usage
    where ($1::uuid is null or studio_id = $1) and day > (now() at time zone 'utc')::date - $2::int
    group by day, provider order by day desc, provider)sql"};
  return read_rows<day_usage>(db.run(select, parameters{studio, days}));
}

std::vector<studio_model> models_of(persistence::session& db, const ainft::studio_id& studio) {
  static constexpr statement select{"ai_models_list", R"sql(
    select job_id, provider, model, name, base as base_model, made_at from ai_models where studio_id = $1
    order by job_id limit 1000)sql"};
  return read_rows<studio_model>(db.run(select, parameters{studio}));
}

bool is_anothers_model(persistence::session& db, const ainft::studio_id& studio, std::string_view provider,
                       std::string_view model) {
  static constexpr statement select{"ai_models_owner", R"sql(
    select bool_and(studio_id <> $1) from ai_models where provider = $2 and model = $3)sql"};
  const auto found = db.run(select, parameters{studio, provider, model});
  return !found[0][0].is_null() && found[0][0].as<bool>();
}

uint64_t credits_today(persistence::session& db, const ainft::studio_id& studio) {
  static constexpr statement select{"ai_credits_today", R"sql(
    select coalesce((select sum(credits) from ai_usage
                     where studio_id = $1 and day = (now() at time zone 'utc')::date), 0)
         + coalesce((select sum(expected_credits) from ai_queue where studio_id = $1), 0))sql"};
  return db.run(select, parameters{studio})[0][0].as<uint64_t>();
}

std::vector<turn> next_in_turn(persistence::session& db, const std::vector<std::string>& providers,
                               const std::vector<runtime::uuid>& dispatched, size_t count) {
  static constexpr statement select{"ai_jobs_next", R"sql(
    with waiting as (
      select job_id, studio_id, provider, priority,
        row_number() over (partition by studio_id order by priority desc, job_id) as turn
      from ai_queue where state <> 'running' and ready_at <= now() and provider = any ($1::text[])),
    busy as (select studio_id, count(*) as jobs from ai_queue where state = 'running' group by studio_id)
    select w.job_id, w.provider from waiting w left join busy b using (studio_id)
    where not exists (select from unnest($2::uuid[]) as there (id) where there.id = w.job_id)
    order by w.turn + coalesce(b.jobs, 0), w.priority desc, w.job_id limit $3)sql"};
  array_text names;
  for (const auto& p : providers)
    names.add(p);
  std::vector<turn> out;
  for (const auto& row : db.run(select, parameters{names.take(), ids_text(dispatched), count}))
    out.push_back({job_id{read_uuid(row["job_id"])}, row["provider"].as<std::string>()});
  return out;
}

} // namespace ainft::ai_job
