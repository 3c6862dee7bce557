#include "tests/toy/pledge/routes.hpp"

#include "actors/list_route.hpp"
#include "runtime/try.hpp"
#include "tests/toy/pledge/domain.hpp"
#include "tests/toy/pledge/flow.hpp"
#include "tests/toy/pledge/queries.hpp"
#include "tests/toy/pledge/settings.hpp"

namespace ainft {

using namespace pledge;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;

namespace {

task<reply> create(const services& s, call& c, new_pledge body) {
  const auto least = s.settings.of<pledge::settings>().least_amount;
  if (body.amount.get() < least)
    co_return runtime::refuse_field("/amount", "must be at least " + std::to_string(least) + " lamports");
  const pledge_id id{c.new_id()};
  auto context = c.final_context(201);
  make_pledge what{id, std::move(body)};
  AINFT_CO_TRY(made, co_await command<pledge::domain>(s, id.get(), std::move(context), std::move(what)));
  co_return http::entity_reply(std::move(made), 201);
}

task<reply> pay_pledge(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<pledge_id>(c));
  co_return co_await pay(s, c, id);
}

} // namespace

void pledge::add_routes(http::route_table& routes, const services& s) {
  constexpr auto tag = "Pledges", id = "The id of a pledge.";
  routes.describe_tag(tag, "Amounts that users promise and pay.");
  auto& post = routes
                 .json<new_pledge>(verb::post, "/v1/pledges", tag, "Make a pledge", user_right("pledges.create"),
                                   [&s](call& c, new_pledge body) { return create(s, c, std::move(body)); })
                 .named("makePledge")
                 .describe("It moves no money: its owner pays it with `payPledge`.")
                 .sample(R"({"amount": "5000", "note": "for art"})")
                 .refuses({errc::conflict})
                 .versioned()
                 .answers<pledge::view>(201);
  post.tool = "make_pledge";
  routes
    .get("/v1/pledges/{id}", tag, "Get a pledge", open_to_all,
         [&s](call& c) { return show<pledge::domain, pledge_id>(s, c); })
    .named("getPledge")
    .takes<pledge_id>(id)
    .versioned()
    .answers<pledge::view>();
  routes
    .post("/v1/pledges/{id}/pay", tag, "Pay a pledge", user_right("pledges.pay"),
          [&s](call& c) { return pay_pledge(s, c); })
    .named("payPledge")
    .takes<pledge_id>(id)
    .describe("Returns a transaction for the owner's wallet to sign (`POST /v1/transactions/{id}/signature`). When it "
              "is on Solana, the state is `paid`.")
    .refuses({errc::not_owner, already_paid, errc::wrong_state, errc::quota_exceeded, errc::solana_failed,
              errc::transaction_expired, errc::would_fail})
    .answers<transaction::signature_needed>(202);
  list_route(routes, s, "/v1/pledges", tag, "List pledges, oldest first", open_to_all, pledge::list)
    .named("listPledges");
}

} // namespace ainft
