#include "actors/capability.hpp"
#include "actors/chain/sponsor/follower.hpp"
#include "actors/chain/sponsor/settings.hpp"
#include "config/options.hpp"

namespace ainft::sponsor {

namespace {

std::vector<supervised_part> parts(const services& s) {
  return {{"sponsor_sweeper", [&s] { return start_sweeper(s); }, {}},
          {"sponsorship", {}, [&s] { return start_follower(s); }}};
}

} // namespace

capability make_capability() {
  capability out{"sponsor"};
  out.settings = {config::section_of<settings>("sponsor", "what the fee payer pays for others")};
  out.singletons = {{"sponsorship", "followers", parts}};
  return out;
}

} // namespace ainft::sponsor
