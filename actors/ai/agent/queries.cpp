#include "actors/ai/agent/queries.hpp"

#include "persistence/filtered_query.hpp"
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

std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page) {
  filtered_query query{"agents_list", "select id, studio_id, name, state, paused, created_at from agents"};
  query.where("owner_id = $", f.owner)
    .where("studio_id = $", f.studio)
    .where("state = $", f.state)
    .where("id > $", page.after_text());
  std::vector<summary> out;
  for (const auto& row : query.run(db, " order by id limit $", page.limit + 1))
    out.push_back({agent_id{read_uuid(row[0])}, ainft::studio_id{read_uuid(row[1])}, read_value<agent_name>(row[2]),
                   read_value<phase>(row[3]), row[4].as<bool>(), read_time(row[5])});
  return out;
}

std::vector<run_view> runs_of(persistence::session& db, const agent_id& of, size_t count) {
  static constexpr statement select{"agent_runs_list", R"sql(
    select number, outcome, cause, steps, words, credits, started_at, ended_at from agent_runs where agent_id = $1
    order by number desc limit $2)sql"};
  std::vector<run_view> out;
  for (const auto& row : db.run(select, parameters{of, count})) {
    out.push_back({row[0].as<uint32_t>(),
                   read_value<outcome>(row[1]),
                   from_column<cause>(row[2]),
                   row[3].as<uint32_t>(),
                   row[4].as<std::string>(),
                   row[5].as<uint64_t>(),
                   read_time(row[6]),
                   {}});
    if (!row[7].is_null())
      out.back().ended_at = read_time(row[7]);
  }
  return out;
}

std::vector<said> transcript(persistence::session& db, const agent_id& of, uint32_t run) {
  static constexpr statement select{"agent_messages_list", R"sql(
    select number, said_by, words, calls, answers, at from agent_messages where agent_id = $1 and run = $2
    order by number)sql"};
  std::vector<said> out;
  for (const auto& row : db.run(select, parameters{of, run}))
    out.push_back({row[0].as<uint32_t>(),
                   {read_value<ai::role>(row[1]), read_value<ai::spoken_text>(row[2]),
                    from_column<std::vector<ai::tool_call>>(row[3]), row[4].as<std::string>()},
                   read_time(row[5])});
  return out;
}

std::vector<agent_id> waiting_for(persistence::session& db, trigger what, const happening& of) {
  static constexpr statement select{"agents_waiting_for", R"sql(
    select a.id from nfts n join agents a on a.studio_id = n.studio_id
    where n.id = coalesce($1::uuid, (select nft_id from listings where id = $2::uuid)) and a.trigger = $3
      and a.trigger <> 'none' and a.state <> 'retired'
      and not a.paused
    order by a.id)sql"};
  std::vector<agent_id> out;
  for (const auto& row : db.run(select, parameters{of.nft, of.listing, what}))
    out.push_back(agent_id{read_uuid(row[0])});
  return out;
}

} // namespace ainft::agent
