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
using runtime::errc;

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
  AINFT_CO_TRY(page, http::read_page(c));
  auto q = [count = page.limit](persistence::session& db) { return gallery(db, count); };
  co_return co_await page_of(s, page, std::move(q));
}

} // namespace

void prompt_template::add_routes(http::route_table& routes, const services& s) {
  constexpr auto all = "/v1/ai/prompt-templates", one = "/v1/ai/prompt-templates/{id}", tag = "AI",
                 id = "The prompt template.";
  routes
    .json<new_template>(verb::post, all, tag, "Create a prompt template", user_right("prompt_templates.create"),
                        [&s](call& c, new_template body) { return create(s, c, std::move(body)); })
    .named("createPromptTemplate")
    .describe("A job names the template and gives values for its variables (`createJob`).")
    .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "name": "Places",
                "content": {"text": "a {{what}} at {{hour}}", "negativeText": "people",
                            "variables": [{"name": "what", "description": "What is seen"},
                                          {"name": "hour", "type": "choice", "choices": ["dawn", "night"]}]}})")
    .refuses({errc::not_owner, errc::conflict})
    .versioned()
    .answers<prompt_template::view>(201);
  routes
    .get(one, tag, "Get a prompt template with all its versions", user_right("prompt_templates.read"),
         [&s](call& c) { return show<prompt_template::domain, template_id>(s, c); })
    .named("getPromptTemplate")
    .describe("Its owner may read it, and everybody who is signed in if its visibility is `public`. A job can name any "
              "of the versions.")
    .takes<template_id>(id)
    .versioned()
    .answers<prompt_template::view>();
  routes
    .json<change_template>(verb::patch, one, tag, "Change a prompt template", user_right("prompt_templates.change"),
                           [&s](call& c, change_template body) { return change(s, c, std::move(body)); })
    .named("changePromptTemplate")
    .takes<template_id>(id)
    .describe("Other content becomes a new version; the older versions stay. A template has at most 100 versions.")
    .sample(R"({"description": "Landscapes at any hour", "visibility": "public"})")
    .refuses({errc::not_owner, errc::conflict})
    .versioned()
    .answers<prompt_template::view>();
  list_route(routes, s, all, tag, "List the caller's prompt templates, oldest first",
             user_right("prompt_templates.read"), prompt_template::list)
    .named("listPromptTemplates")
    .describe("In pages, public and private ones. `studioId` selects those of one studio.");
  routes
    .get("/v1/ai/prompt-gallery", tag, "List public prompt templates, most used first", open_to_all,
         [&s](call& c) { return list_gallery(s, c); })
    .named("listPromptGallery")
    .describe("The first `limit` of them, without further pages. `getPromptTemplate` has their content.")
    .answers_first<prompt_template::summary>();
}

} // namespace ainft
