#pragma once

#include "runtime/decision.hpp"
#include "runtime/event_codec.hpp"

namespace ainft::runtime {

/// What the journal of one entity tells when it is applied from the beginning.
struct retold {
  std::vector<std::string> states;           ///< JSON, after each event
  std::vector<std::vector<row_write>> rows;  ///< that each event projects
};

/// Applies all events of an entity to an empty state. Refuses with errc::internal what cannot be read or applied.
template <class Domain>
result<retold> retell(const std::vector<committed_event>& events) {
  retold out;
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
      return refuse(errc::internal, "event " + std::to_string(stored.sequence) + " cannot be applied: " + bad.what());
    }
    out.states.push_back(to_json(state));
    out.rows.push_back(rows.take());
  }
  return out;
}

} // namespace ainft::runtime
