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
AINFT_DESCRIBE(fee_payer_view, (address, about("The account that pays the fees.")),
               (balance, about("The latest reading, in lamports; 0 before the first one.")),
               (status, about("The level of the balance. `stopped`: the platform prepares no transactions. `unknown`: "
                              "it was not read yet.")),
               (warning_balance, about("Below this balance, in lamports, the level is `low`.")),
               (stop_balance, about("Below this balance, in lamports, the level is `stopped`.")))
AINFT_ABOUT(fee_payer_view, "The account that pays for users' transactions.")

struct fee_budgets {
  fee_payer_view fee_payer;
  runtime::time_point renews_at;
  std::vector<sponsor::budget_state> items;
};
AINFT_DESCRIBE(fee_budgets, (fee_payer, about("The account that pays.")),
               (renews_at, about("When the budgets renew: the next midnight in UTC.")),
               (items,
                about("The budget of all users together, then those of the 20 studios and the 20 users that have "
                      "used most.")))
AINFT_ABOUT(fee_budgets, "What the fee payer may spend for others today.")

task<http::reply> show_budgets(const services& s) {
  const auto now = s.host.time().now();
  const auto most = s.settings.of<sponsor::settings>().limits();
  auto q = [most, now](persistence::session& db) { return sponsor::states(db, most, now, most_shown); };
  AINFT_CO_TRY(found, co_await net::query(s.db, std::move(q)));
  fee_budgets out;
  out.fee_payer = {s.platform.fee_payer.address(), s.purse.balance(), s.purse.at(), most.warning_balance,
                   most.stop_balance};
  out.renews_at = sponsor::renewal(now);
  out.items = std::move(found);
  co_return http::json_reply(out);
}

} // namespace

void add_budget_routes(http::route_table& routes, const node_service& service) {
  shows(routes, "/v1/admin/budget", "budget.read", "Get today's fee budgets and the fee payer's balance",
        [&service](http::call&) { return show_budgets(service.all()); })
    .named("getFeeBudgets")
    .describe("The platform pays the fees of transactions from these budgets, for each user, each studio and all "
              "together. They renew at midnight UTC.")
    .answers<fee_budgets>();
}

} // namespace ainft::operations
