#include "actors/ai_job/queries.hpp"

namespace ainft::ai_job {

using namespace persistence;

std::vector<summary> list(session& db, const filter& f, const http::page& page) {
  static constexpr statement select{"ai_jobs_list", R"sql(
    select id, studio_id, kind, provider, model, state, priority, progress, created_at from ai_jobs
    where requested_by = $1 and ($2::uuid is null or studio_id = $2) and ($3::text is null or state = $3)
      and ($4::uuid is null or id > $4)
    order by id limit $5)sql"};
  std::vector<summary> out;
  for (const auto& row : db.run(select, parameters{f.requested_by, f.studio, f.state, page.after_text(), page.limit + 1})) {
    auto& x = out.emplace_back();
    x.id = job_id{read_uuid(row[0])};
    x.studio_id = ainft::studio_id{read_uuid(row[1])};
    x.kind = read_value<kind>(row[2]);
    x.provider = read_value<provider_name>(row[3]);
    x.model = read_value<model_name>(row[4]);
    x.state = read_value<phase>(row[5]);
    x.priority = row[6].as<uint32_t>();
    x.progress = row[7].as<uint32_t>();
    x.created_at = read_time(row[8]);
  }
  return out;
}

std::vector<job_id> next_in_turn(session& db, const std::vector<std::string>& providers, size_t count) {
  static constexpr statement select{"ai_jobs_next", R"sql(
    with waiting as (
      select id, studio_id, priority, row_number() over (partition by studio_id order by priority desc, id) as turn
      from ai_jobs where state = 'queued' and ready_at <= now() and provider = any ($1::text[])),
    busy as (select studio_id, count(*) as jobs from ai_jobs where state = 'running' group by studio_id)
    select w.id from waiting w left join busy b using (studio_id)
    order by w.turn + coalesce(b.jobs, 0), w.priority desc, w.id limit $2)sql"};
  array_text names;
  for (const auto& p : providers)
    names.add(p);
  std::vector<job_id> out;
  for (const auto& row : db.run(select, parameters{names.take(), count}))
    out.emplace_back(read_uuid(row[0]));
  return out;
}

} // namespace ainft::ai_job
