#pragma once

#include "actors/studios/asset/protocol.hpp"
#include "runtime/decision.hpp"

namespace ainft::asset {

using state = view;

struct domain : entity {
  using state = asset::state;
  using commands = std::variant<store_asset>;
  using events = std::variant<asset_stored>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

runtime::result<events> decide(const state& s, const store_asset& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
/// The owner and the platform may read an asset.
bool may_read(const state& s, const runtime::principal& who);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);

} // namespace ainft::asset
