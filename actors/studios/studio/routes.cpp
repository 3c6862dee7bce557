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
using runtime::errc;

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
  constexpr auto tag = "Studios", id = "The studio.";
  routes.describe_tag(tag, "What NFTs, AI jobs and agents belong to.");
  routes
    .json<new_studio>(verb::post, "/v1/studios", tag, "Create a studio", user_right("studios.create"),
                      [&s](call& c, new_studio body) { return create(s, c, std::move(body)); })
    .named("createStudio")
    .describe("The caller becomes its owner, and can then make NFTs, AI jobs and agents for it. The slug is unique on "
              "the platform.")
    .sample(R"({"name": "Northern Light", "slug": "northern-light", "description": "Pictures of the polar night."})")
    .refuses({errc::conflict})
    .versioned()
    .answers<studio::view>(201);
  routes
    .get("/v1/studios/{id}", tag, "Get a studio", open_to_all,
         [&s](call& c) { return show<studio::domain, studio_id>(s, c); })
    .named("getStudio")
    .describe("Everybody may read it. Its NFTs and listings have routes of their own.")
    .takes<studio_id>(id)
    .versioned()
    .answers<studio::view>();
  routes
    .json<change_studio>(verb::patch, "/v1/studios/{id}", tag, "Change a studio", user_right("studios.change"),
                         [&s](call& c, change_studio body) { return change(s, c, std::move(body)); })
    .named("changeStudio")
    .takes<studio_id>(id)
    .describe("Only its owner may change a studio.")
    .sample(R"({"description": "Pictures of the polar night, and of its end."})")
    .refuses({errc::not_owner, errc::conflict})
    .versioned()
    .answers<studio::view>();
  list_route(routes, s, "/v1/studios", tag, "List studios, oldest first", open_to_all, studio::list)
    .named("listStudios")
    .describe("In pages, of all users. `ownerId` and `slug` select among them.");
}

} // namespace ainft
