#include "actors/capability.hpp"
#include "actors/chain/settlement/follower.hpp"

namespace ainft::settlement {

namespace {

std::vector<supervised_part> parts(const services& s) {
  return {{"settlement", {}, [&s] { return start_follower(s); }}};
}

} // namespace

capability make_capability() {
  capability out{"settlement"};
  out.singletons = {{"settlement", "followers", parts}};
  return out;
}

} // namespace ainft::settlement
