#include "actors/studios/studio/routes.hpp"

#include "actors/list_route.hpp"
#include "actors/studios/studio/domain.hpp"
#include "actors/studios/studio/queries.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace studio;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;

namespace {

task<reply> create(const services& s, call& c, new_studio body) {
  const studio_id id{c.new_id()};
  auto context = c.final_context(201);
  create_studio what{id, std::move(body)};
  AINFT_CO_TRY(made, co_await command<studio::domain>(s, id.get(), std::move(context), std::move(what)));
  co_return http::entity_reply(std::move(made), 201);
}

task<reply> change(const services& s, call& c, change_studio body) {
  AINFT_CO_TRY(id, http::path_id<studio_id>(c));
  AINFT_CO_TRY(changed, co_await command<studio::domain>(s, id.get(), c.context(), std::move(body)));
  co_return http::entity_reply(std::move(changed));
}

} // namespace

void studio::add_routes(http::route_table& routes, const services& s) {
  auto& post =
    routes.json<new_studio>(verb::post, "/v1/studios", "Studios", "Create a studio", user_right("studios.create"),
                            [&s](call& c, new_studio body) { return create(s, c, std::move(body)); });
  routes.answers<studio::view>(post, 201);
  auto& one = routes.get("/v1/studios/{id}", "Studios", "A studio", open_to_all,
                         [&s](call& c) { return show<studio::domain, studio_id>(s, c); });
  routes.answers<studio::view>(one);
  auto& patch = routes.json<change_studio>(verb::patch, "/v1/studios/{id}", "Studios", "Change a studio",
                                           user_right("studios.change"),
                                           [&s](call& c, change_studio body) { return change(s, c, std::move(body)); });
  routes.answers<studio::view>(patch);
  list_route(routes, s, "/v1/studios", "Studios", "Studios, oldest first", open_to_all, studio::list);
}

} // namespace ainft
