#include "actors/ai_job/domain.hpp"
#include "actors/ai_job/moderation.hpp"
#include "actors/ai_job/providers.hpp"
#include "actors/ai_job/queries.hpp"
#include "actors/ai_job/routes.hpp"
#include "actors/asset/domain.hpp"
#include "actors/ownership.hpp"
#include "actors/replies.hpp"
#include "actors/studio/domain.hpp"

#include <sodium.h>
#include <spdlog/spdlog.h>

namespace ainft {

using namespace ai_job;
using http::access;
using http::call;
using http::reply;
using http::verb;

namespace {

caf::error check_provider(const providers& known, const new_job& what) {
  const auto* p = known.find(what.provider.str());
  if (p)
    return p->check(what.kind, what.model.str());
  std::string rule = "must be one of";
  for (const auto& n : known.names())
    rule += " " + n;
  return runtime::refuse_field("/provider", std::move(rule));
}

/// What a new job needs beside its body.
struct surroundings {
  const services& s;
  const providers& known;
  moderation rules;
};

task<reply> create(const surroundings& around, call& c, new_job body) {
  const auto& s = around.s;
  if (auto bad = check_provider(around.known, body))
    co_return bad;
  if (auto bad = around.rules.check(body.prompt.str(), "/prompt"))
    co_return bad;
  auto studio = co_await own<studio::domain>(s, c, body.studio.get(), "/studioId");
  if (!studio)
    co_return std::move(studio.error());
  if (body.source) {
    auto source = co_await own<asset::domain>(s, c, body.source->get(), "/sourceAssetId");
    if (!source)
      co_return std::move(source.error());
  }
  if (!body.seed)
    body.seed = randombytes_random();
  const job_id id{c.new_id()};
  auto context = c.final_context(202);
  create_job what{id, std::move(body)};
  auto made = co_await command<ai_job::domain>(s, id.get(), std::move(context), std::move(what));
  if (!made)
    co_return std::move(made.error());
  co_return http::entity_reply(std::move(*made), 202);
}

task<reply> list_jobs(const services& s, call& c) {
  if (auto bad = http::refuse_unknown_query(c, {"limit", "cursor", "studioId", "state"}))
    co_return bad;
  auto page = http::read_page(c);
  auto studio = http::query_value<studio_id>(c, "studioId");
  auto state = http::query_value<ai_job::phase>(c, "state");
  if (auto bad = http::first_error(page, studio, state))
    co_return bad;
  auto q = [f = filter{user_id{c.who.user}, *studio, *state}, p = *page](persistence::session& db) { return list(db, f, p); };
  co_return co_await page_of(s, *page, std::move(q));
}

/// Gives the job of the path a command of its requester. One that is someone else's is not seen.
template <class Command>
task<reply> tell(const services& s, call& c, Command what) {
  auto id = http::path_id<job_id>(c);
  if (!id)
    co_return std::move(id.error());
  if (auto seen = co_await ainft::view<ai_job::domain>(s, id->get(), c.who); !seen)
    co_return std::move(seen.error());
  auto done = co_await command<ai_job::domain>(s, id->get(), c.context(), std::move(what));
  if (!done)
    co_return std::move(done.error());
  co_return http::entity_reply(std::move(*done));
}

task<reply> list_dead_jobs(const services& s, call& c) {
  if (auto bad = http::refuse_unknown_query(c, {"limit", "cursor"}))
    co_return bad;
  auto page = http::read_page(c);
  if (!page)
    co_return std::move(page.error());
  auto q = [p = *page](persistence::session& db) { return list_dead(db, p); };
  co_return co_await page_of(s, *page, std::move(q));
}

/// An operator has a dead job tried again.
task<reply> requeue(const services& s, call& c) {
  auto id = http::path_id<job_id>(c);
  if (!id)
    co_return std::move(id.error());
  auto context = c.context();
  context.who = {};
  auto done = co_await command<ai_job::domain>(s, id->get(), std::move(context), retry_job{});
  if (!done)
    co_return std::move(done.error());
  spdlog::info("operator {} had the AI job {} tried again", c.who.wallet, id->str());
  co_return http::entity_reply(std::move(*done));
}

} // namespace

void add_ai_job_routes(http::route_table& routes, const services& s, const providers& known, const std::vector<std::string>& denied_words) {
  const auto around = std::make_shared<const surroundings>(s, known, moderation{denied_words});
  auto& post = routes.json<new_job>(verb::post, "/v1/ai/jobs", "AI", "Have something made; answered at once, made as workers come to it",
                                    access::user, [around](call& c, new_job body) { return create(*around, c, std::move(body)); });
  routes.answers<ai_job::view>(post, 202);
  routes.answers<ai_job::view>(routes.get("/v1/ai/jobs/{id}", "AI", "A job, how far it is, and what came of it", access::user,
                                          [&s](call& c) { return show<ai_job::domain, job_id>(s, c); }));
  auto& all = routes.get("/v1/ai/jobs", "AI", "The caller's jobs, oldest first", access::user, [&s](call& c) { return list_jobs(s, c); });
  all.query = {"studioId", "state"};
  routes.answers_list<ai_job::summary>(all);
  routes.answers<ai_job::view>(routes.post("/v1/ai/jobs/{id}/cancel", "AI", "Stop a job that waits or runs", access::user,
                                           [&s](call& c) { return tell(s, c, cancel_job{}); }));
  routes.answers<ai_job::view>(routes.post("/v1/ai/jobs/{id}/retry", "AI", "Queue a job again that failed or was cancelled", access::user,
                                           [&s](call& c) { return tell(s, c, retry_job{}); }));
  auto& makers = routes.get("/v1/ai/providers", "AI", "Who makes things here, what, and how they are", access::anyone, [&known](call&) -> task<reply> {
    std::vector<std::string> items;
    for (const auto& v : known.views())
      items.push_back(runtime::to_json(v));
    co_return http::list_reply(items, std::nullopt);
  });
  routes.answers_list<provider_view>(makers);
  auto& dead = routes.get("/v1/admin/ai/dead-jobs", "Operators", "Jobs that were tried as often as is done by itself, oldest first", access::operators,
                          [&s](call& c) { return list_dead_jobs(s, c); });
  routes.answers_list<ai_job::summary>(dead);
  routes.answers<ai_job::view>(routes.post("/v1/admin/ai/jobs/{id}/requeue", "Operators", "Try anybody's job again that failed or was cancelled",
                                           access::operators, [&s](call& c) { return requeue(s, c); }));
}

} // namespace ainft
