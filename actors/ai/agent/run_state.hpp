#pragma once

#include "actors/ai/agent/domain.hpp"

#include <algorithm>

namespace ainft::agent {

[[nodiscard]] inline bool is_running(const state& s) { return s.shown.run && s.shown.run->outcome == outcome::running; }

/// The call with this run and id, or null.
[[nodiscard]] inline open_call* find(std::vector<open_call>& among, uint32_t run, const ai::call_id& id) {
  const auto it =
    std::find_if(among.begin(), among.end(), [&](const auto& c) { return c.run == run && c.call.id == id; });
  return it == among.end() ? nullptr : &*it;
}

[[nodiscard]] inline const open_call* find(const std::vector<open_call>& among, uint32_t run, const ai::call_id& id) {
  return find(const_cast<std::vector<open_call>&>(among), run, id);
}

} // namespace ainft::agent
