#pragma once

#include "runtime/decision.hpp"
#include "runtime/event_codec.hpp"

namespace ainft::runtime {

/// The result of a replay of all events of one entity.
struct replay_result {
  std::vector<std::string> states;          ///< JSON of the state after each event
  std::vector<std::vector<row_write>> rows; ///< rows that each event projects
};

/// Replays all events of an entity on an empty state. Refuses with the error of decode_event() if an event cannot be
/// decoded, and with errc::internal if it cannot be applied.
template <class Domain>
result<replay_result> replay(const std::vector<committed_event>& events) {
  replay_result out;
  typename Domain::state state{};
  const principal nobody;
  for (const auto& stored : events) {
    auto e = decode_event<typename Domain::events>(stored.type, stored.version, stored.payload);
    if (!e)
      return std::move(e.error());
    row_writes rows;
    try {
      evolve(state, *e);
      project(state, *e, decision_context{stored.at, nobody, stored.sequence}, rows);
    } catch (const std::exception& bad) {
      return refuse(errc::internal, "event " + std::to_string(stored.sequence) + " failed to apply: " + bad.what());
    }
    out.states.push_back(to_json(state));
    out.rows.push_back(rows.take());
  }
  return out;
}

} // namespace ainft::runtime
