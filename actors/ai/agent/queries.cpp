#include "actors/ai/agent/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"
#include "runtime/codec/json_text.hpp"

namespace ainft::agent {

using namespace persistence;

namespace {

/// Reads a described value from its JSON column.
template <class T>
T from_column(const pqxx::field& column) {
  auto value = runtime::from_json_text<T>(column.c_str());
  if (!value)
    throw std::runtime_error{"a row contains invalid JSON: " + runtime::explain(value.error()).detail};
  return std::move(*value);
}

} // namespace

std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f, const http::page& page) {
  filtered_query query{"agents_list", "select id, studio_id, name, state, paused, created_at from agents"};
  query.where("owner_id = $", who.user)
    .where("studio_id = $", f.studio)
    .where("state = $", f.state)
    .where("id > $", page.after_text());
  return read_rows<summary>(query.run(db, " order by id limit $", page.limit + 1));
}

std::vector<run_view> runs_of(persistence::session& db, const agent_id& of, size_t count) {
  static constexpr statement select{"agent_runs_list", R"sql(
    select number, outcome, cause, steps, words, credits, started_at, ended_at from agent_runs where agent_id = $1
    order by number desc limit $2)sql"};
  std::vector<run_view> out;
  for (const auto& row : db.run(select, parameters{of, count})) {
    auto& x = out.emplace_back();
    read_column(row["number"], x.number);
    read_column(row["outcome"], x.outcome);
    x.why = from_column<cause>(row["cause"]);
    read_column(row["steps"], x.steps);
    read_column(row["words"], x.words);
    read_column(row["credits"], x.credits);
    read_column(row["started_at"], x.started_at);
    read_column(row["ended_at"], x.ended_at);
  }
  return out;
}

std::vector<said> transcript(persistence::session& db, const agent_id& of, uint32_t run) {
  static constexpr statement select{"agent_messages_list", R"sql(
    select number, said_by, words, calls, answers, at from agent_messages where agent_id = $1 and run = $2
    order by number)sql"};
  std::vector<said> out;
  for (const auto& row : db.run(select, parameters{of, run}))
    out.push_back({row["number"].as<uint32_t>(),
                   {read_value<ai::role>(row["said_by"]), read_value<ai::spoken_text>(row["words"]),
                    from_column<std::vector<ai::tool_call>>(row["calls"]), row["answers"].as<std::string>()},
                   read_time(row["at"])});
  return out;
}

std::vector<agent_id> waiting_for(persistence::session& db, const trigger& what, const ainft::studio_id& studio) {
  static constexpr statement select{"agents_waiting_for", R"sql(
    select id from agents
    where studio_id = $1 and trigger = $2 and trigger <> 'none' and state <> 'retired' and not paused
    order by id)sql"};
  std::vector<agent_id> out;
  for (const auto& row : db.run(select, parameters{studio, what}))
    out.push_back(agent_id{read_uuid(row[0])});
  return out;
}

} // namespace ainft::agent
