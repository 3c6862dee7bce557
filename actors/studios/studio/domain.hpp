#pragma once

#include "actors/studios/studio/protocol.hpp"
#include "runtime/decision.hpp"

namespace ainft::studio {

using state = view;

struct domain : entity {
  using state = studio::state;
  using commands = std::variant<create_studio, change_studio>;
  using events = std::variant<studio_created, studio_changed>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

runtime::result<events> decide(const state& s, const create_studio& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner.
runtime::result<events> decide(const state& s, const change_studio& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// The owner.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

} // namespace ainft::studio
