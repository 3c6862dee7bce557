#include "actors/chain/transaction/domain.hpp"
#include "actors/chain/transaction/routes.hpp"
#include "actors/chain/transaction/watcher.hpp"
#include "actors/kind_of.hpp"

namespace ainft::transaction {

namespace {

/// The parts share `watcher`. So the submission follower always gets the watcher that runs now, also after a restart.
std::vector<supervised_part> parts(const services& s) {
  auto watcher = std::make_shared<caf::actor>();
  return {{"watcher", [&s, watcher] { return *watcher = start_watcher(s); }, {}},
          {"transaction_submission", {}, [&s, watcher] { return start_submission_follower(s, *watcher); }}};
}

} // namespace

capability make_capability() {
  capability out{"transaction"};
  out.kinds = {kind_of<domain, transaction_id>(visible_events::all, {}, {{"user", "the user whose wallet signs it"}})};
  out.routes = add_routes;
  out.supervisors = {{.name = "transactions",
                      .strategy = runtime::strategy::rest_for_one,
                      .about = "submits signed transactions to the chain"}};
  out.singletons = {{"transactions", "transactions", parts}};
  return out;
}

} // namespace ainft::transaction
