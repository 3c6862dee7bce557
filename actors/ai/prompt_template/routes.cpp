#include "actors/ai/prompt_template/routes.hpp"

#include "actors/ai/prompt_template/domain.hpp"
#include "actors/ai/prompt_template/queries.hpp"
#include "actors/list_route.hpp"
#include "actors/ownership.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace prompt_template;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;

namespace {

task<reply> create(const services& s, call& c, new_template body) {
  AINFT_CO_TRY(studio, co_await own_studio(s, c, body.studio));
  const template_id id{c.new_id()};
  auto context = c.final_context(201);
  create_template what{id, std::move(body)};
  AINFT_CO_TRY(made, co_await command<prompt_template::domain>(s, id.get(), std::move(context), std::move(what)));
  co_return http::entity_reply(std::move(made), 201);
}

task<reply> change(const services& s, call& c, change_template body) {
  AINFT_CO_TRY(id, http::path_id<template_id>(c));
  AINFT_CO_TRY(changed, co_await command<prompt_template::domain>(s, id.get(), c.context(), std::move(body)));
  co_return http::entity_reply(std::move(changed));
}

task<reply> list_gallery(const services& s, call& c) {
  if (auto bad = http::refuse_unknown_query(c, {"limit"}))
    co_return bad;
  AINFT_CO_TRY(page, http::read_page(c));
  auto q = [count = page.limit](persistence::session& db) { return gallery(db, count); };
  co_return co_await page_of(s, page, std::move(q));
}

} // namespace

void prompt_template::add_routes(http::route_table& routes, const services& s) {
  constexpr auto all = "/v1/ai/prompt-templates", one = "/v1/ai/prompt-templates/{id}";
  routes.answers<prompt_template::view>(
    routes.json<new_template>(verb::post, all, "AI", "Create a prompt template with variables",
                              user_right("prompt_templates.create"),
                              [&s](call& c, new_template body) { return create(s, c, std::move(body)); }),
    201);
  routes.answers<prompt_template::view>(
    routes.get(one, "AI", "A template with all its versions", user_right("prompt_templates.read"),
               [&s](call& c) { return show<prompt_template::domain, template_id>(s, c); }));
  routes.answers<prompt_template::view>(routes.json<change_template>(
    verb::patch, one, "AI", "Change a template; new content makes a new version", user_right("prompt_templates.change"),
    [&s](call& c, change_template body) { return change(s, c, std::move(body)); }));
  list_route(routes, s, all, "AI", "The caller's templates, oldest first", user_right("prompt_templates.read"),
             prompt_template::list);
  routes.answers_list<prompt_template::summary>(routes.get("/v1/ai/prompt-gallery", "AI",
                                                           "Public templates, most used first", open_to_all,
                                                           [&s](call& c) { return list_gallery(s, c); }));
}

} // namespace ainft
