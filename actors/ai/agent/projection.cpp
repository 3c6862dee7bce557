#include "actors/ai/agent/domain.hpp"

#include "runtime/codec/json_writer.hpp"

namespace ainft::agent {

namespace {

/// A batch may hold several rows of one run. The latest one counts.
constexpr runtime::write_statement upsert_run{"agent_runs_upsert", R"sql(
  insert into agent_runs (agent_id, number, outcome, cause, steps, words, credits, started_at, ended_at)
  select distinct on (agent_id, number) agent_id, number, outcome, cause, steps, words, credits, started_at, ended_at
  from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::int[], $6::text[], $7::bigint[], $8::timestamptz[],
    $9::timestamptz[])
    with ordinality as n (agent_id, number, outcome, cause, steps, words, credits, started_at, ended_at, ord)
  order by agent_id, number, ord desc
  on conflict (agent_id, number) do update set outcome = excluded.outcome, steps = excluded.steps,
    words = excluded.words, credits = excluded.credits, ended_at = excluded.ended_at)sql",
                                              9};

constexpr runtime::write_statement insert_message{"agent_messages_insert", R"sql(
  insert into agent_messages (agent_id, run, number, said_by, words, calls, answers, at)
  select * from unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::text[],
    $8::timestamptz[]))sql",
                                                  8};

void add_message(const state& s, ai::role by, const ai::spoken_text& words, const std::vector<ai::tool_call>& calls,
                 const std::string& answers, runtime::time_point at, runtime::row_writes& rows) {
  rows.insert(insert_message, s.shown.id, s.shown.run->number, s.messages, by, words, runtime::to_json(calls), answers,
              at);
}

void add_run(const state& s, runtime::row_writes& rows) {
  const auto& r = *s.shown.run;
  rows.insert(upsert_run, s.shown.id, r.number, r.outcome, runtime::to_json(r.why), r.steps, r.words, r.credits,
              r.started_at, r.ended_at);
}

} // namespace

void project(const state& s, const domain::events& e, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"agents_upsert", R"sql(
    insert into agents (id, studio_id, owner_id, name, state, paused, trigger, created_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::boolean[], $7::text[],
      $8::timestamptz[])
    on conflict (id) do update set name = excluded.name, state = excluded.state, paused = excluded.paused,
      trigger = excluded.trigger)sql",
                                                   8};
  const auto& v = s.shown;
  rows.upsert(upsert, v.id.get(), v.id, v.studio_id, v.owner_id, v.name, v.state, v.paused, v.trigger, v.created_at);
  const auto* started = std::get_if<run_started>(&e);
  const auto* planned = std::get_if<step_planned>(&e);
  const auto* answered = std::get_if<call_answered>(&e);
  if (started)
    add_message(s, ai::role::user, words_of(started->why), {}, "", started->at, rows);
  if (planned)
    add_message(s, ai::role::assistant, planned->next.text, planned->next.calls, "", planned->at, rows);
  if (answered && !answered->late)
    add_message(s, ai::role::tool, answered->result, {}, answered->call.str(), answered->at, rows);
  const bool changes_run =
    started || planned || answered || std::holds_alternative<run_ended>(e) || std::holds_alternative<job_settled>(e);
  if (changes_run)
    add_run(s, rows);
}

} // namespace ainft::agent
