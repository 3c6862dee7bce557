// The platform's budgets for sponsored fees today, and the fee payer's balance.
#include "actors/admin/operations/routes.hpp"

#include "actors/chain/sponsor/api.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft::operations {

namespace {

constexpr size_t most_shown = 20; ///< users, and studios

struct fee_payer_view {
  solana::public_key address;
  lamports balance;
  sponsor::level status = sponsor::level::unknown;
  lamports warning_balance;
  lamports stop_balance;
};
AINFT_DESCRIBE(fee_payer_view, address, balance, status, warning_balance, stop_balance)

struct budgets_view {
  fee_payer_view fee_payer;
  runtime::time_point renews_at;
  std::vector<sponsor::budget_state> items; ///< the platform's, then those of the users and studios that have used most
};
AINFT_DESCRIBE(budgets_view, fee_payer, renews_at, items)

task<http::reply> show_budgets(const services& s) {
  const auto now = s.host.time().now();
  const auto most = s.settings.of<sponsor::settings>().limits();
  auto q = [most, now](persistence::session& db) { return sponsor::states(db, most, now, most_shown); };
  AINFT_CO_TRY(found, co_await net::query(s.db, std::move(q)));
  budgets_view out;
  out.fee_payer = {s.platform.fee_payer.address(), s.purse.balance(), s.purse.at(), most.warning_balance,
                   most.stop_balance};
  out.renews_at = sponsor::renewal(now);
  out.items = std::move(found);
  co_return http::json_reply(out);
}

} // namespace

void add_budget_routes(http::route_table& routes, const node_service& service) {
  shows(routes, "/v1/admin/budget", "budget.read",
        "Today's fee budgets for users, studios and all users together, and the fee payer's balance", {},
        [&service](http::call&) { return show_budgets(service.all()); });
}

} // namespace ainft::operations
