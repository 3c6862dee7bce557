#include "actors/ai/job/queries.hpp"

#include "persistence/filtered_query.hpp"

namespace ainft::ai_job {

using namespace persistence;

namespace {

std::vector<summary> read(const pqxx::result& rows) {
  std::vector<summary> out;
  for (const auto& row : rows) {
    auto& x = out.emplace_back();
    x.id = job_id{read_uuid(row[0])};
    x.studio_id = ainft::studio_id{read_uuid(row[1])};
    x.kind = read_value<kind>(row[2]);
    x.provider = read_value<provider_name>(row[3]);
    x.model = read_value<model_name>(row[4]);
    x.state = read_value<phase>(row[5]);
    x.priority = row[6].as<uint32_t>();
    x.progress = row[7].as<uint32_t>();
    x.prompt = read_value<prompt_text>(row[8]);
    x.created_at = read_time(row[9]);
  }
  return out;
}

std::string ids_text(const std::vector<runtime::uuid>& ids) {
  array_text out;
  for (const auto& id : ids)
    out.add(id.str());
  return out.take();
}

} // namespace

std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page) {
  filtered_query query{"ai_jobs_list", R"sql(
    select id, studio_id, kind, provider, model, state, priority, progress, prompt, created_at from (
      select j.id, j.studio_id, j.requested_by, j.kind, j.provider, j.model, j.priority, j.prompt, j.created_at,
        coalesce(q.progress, j.progress) as progress,
             case q.state when 'running' then 'running' when 'parked' then 'running' else j.state end as state
      from ai_jobs j left join ai_queue q on q.job_id = j.id) as seen)sql"};
  query.where("requested_by = $", f.requested_by)
    .where("studio_id = $", f.studio)
    .where("state = $", f.state)
    .where("kind = $", f.kind)
    .where("id > $", page.after_text());
  return read(query.run(db, " order by id limit $", page.limit + 1));
}

std::vector<summary> list_dead(persistence::session& db, const http::page& page) {
  filtered_query query{"ai_jobs_dead", "select id, studio_id, kind, provider, model, state, priority, progress, "
                                       "prompt, created_at from (select * from ai_jobs where dead) as dead_jobs"};
  query.where("id > $", page.after_text());
  return read(query.run(db, " order by id limit $", page.limit + 1));
}

std::vector<used_prompt> prompt_history(persistence::session& db, const user_id& of,
                                        const std::optional<ainft::studio_id>& studio, size_t count) {
  static constexpr statement select{"ai_prompts_of_user", R"sql(
    select prompt, count(*), (array_agg(id order by id desc))[1], max(created_at) as used_at from ai_jobs
    where requested_by = $1 and ($2::uuid is null or studio_id = $2) and prompt <> ''
      and kind not in ('plan', 'fine_tune')
    group by prompt order by used_at desc limit $3)sql"};
  std::vector<used_prompt> out;
  for (const auto& row : db.run(select, parameters{of, studio, count}))
    out.push_back(
      {read_value<prompt_text>(row[0]), row[1].as<uint64_t>(), job_id{read_uuid(row[2])}, read_time(row[3])});
  return out;
}

std::vector<day_usage> usage(persistence::session& db, const std::optional<ainft::studio_id>& studio, size_t days) {
  static constexpr statement select{"ai_usage_list", R"sql(
    select day, provider, sum(jobs), sum(things), sum(input_tokens), sum(output_tokens), sum(credits) from ai_usage
    where ($1::uuid is null or studio_id = $1) and day > (now() at time zone 'utc')::date - $2::int
    group by day, provider order by day desc, provider)sql"};
  std::vector<day_usage> out;
  for (const auto& row : db.run(select, parameters{studio, days}))
    out.push_back({row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<uint64_t>(), row[3].as<uint64_t>(),
                   row[4].as<uint64_t>(), row[5].as<uint64_t>(), row[6].as<uint64_t>()});
  return out;
}

std::vector<studio_model> models_of(persistence::session& db, const ainft::studio_id& studio) {
  static constexpr statement select{"ai_models_list", R"sql(
    select job_id, provider, model, name, base, made_at from ai_models where studio_id = $1
    order by job_id limit 1000)sql"};
  std::vector<studio_model> out;
  for (const auto& row : db.run(select, parameters{studio}))
    out.push_back({job_id{read_uuid(row[0])}, row[1].as<std::string>(), row[2].as<std::string>(),
                   row[3].as<std::string>(), row[4].as<std::string>(), read_time(row[5])});
  return out;
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
    out.push_back({job_id{read_uuid(row[0])}, row[1].as<std::string>()});
  return out;
}

} // namespace ainft::ai_job
