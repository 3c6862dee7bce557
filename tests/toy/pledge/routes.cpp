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

namespace {

constexpr auto tag = "Pledges";

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
  auto& post = routes.json<new_pledge>(verb::post, "/v1/pledges", tag, "Make a pledge", user_right("pledges.create"),
                                       [&s](call& c, new_pledge body) { return create(s, c, std::move(body)); });
  routes.answers<pledge::view>(post, 201);
  auto& one = routes.get("/v1/pledges/{id}", tag, "A pledge", open_to_all,
                         [&s](call& c) { return show<pledge::domain, pledge_id>(s, c); });
  routes.answers<pledge::view>(one);
  auto& payment = routes.post("/v1/pledges/{id}/pay", tag, "Prepare the transaction that pays a pledge",
                              user_right("pledges.pay"), [&s](call& c) { return pay_pledge(s, c); });
  routes.answers<transaction::signature_needed>(payment, 202);
  list_route(routes, s, "/v1/pledges", tag, "Pledges, oldest first", open_to_all, pledge::list);
}

} // namespace ainft
