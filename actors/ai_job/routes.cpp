#include "actors/ai_job/domain.hpp"
#include "actors/ai_job/moderation.hpp"
#include "actors/ai_job/providers.hpp"
#include "actors/ai_job/queries.hpp"
#include "actors/ai_job/routes.hpp"
#include "actors/asset/domain.hpp"
#include "actors/ownership.hpp"
#include "actors/prompt_template/domain.hpp"
#include "actors/replies.hpp"
#include "actors/studio/domain.hpp"
#include "net/ai/remote/replicate.hpp"

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
  moderation words;
  uint64_t daily_credits;
};

/// What an order will cost as far as it is known: texts are paid by their length.
uint64_t expected_credits(const provider_prices& prices, const new_job& what) {
  return what.kind == kind::text || what.kind == kind::metadata ? 0 : uint64_t{prices.picture} * what.count;
}

/// Refuses with errc::quota_exceeded what the studio has no credits left for today. (Orders that come at the same time may both find the last ones.)
task<caf::unit_t> check_quota(const surroundings& around, studio_id studio, uint64_t cost) {
  if (around.daily_credits > 0) {
    auto q = [studio](persistence::session& db) { return credits_today(db, studio); };
    auto used = co_await net::query(around.s.db, std::move(q));
    if (!used)
      co_return std::move(used.error());
    if (*used >= around.daily_credits || *used + cost > around.daily_credits)
      co_return runtime::refuse(runtime::errc::quota_exceeded, "the studio may use " + std::to_string(around.daily_credits) + " credits a day; it has used, or ordered for, "
                                                                 + std::to_string(*used) + ", and this would take " + std::to_string(cost));
  }
  co_return caf::unit;
}

/// Puts a template's text into the order, and gives which one it was.
task<std::optional<template_use>> fill_prompt(const services& s, const call& c, job_order& order) {
  if (!order.prompt_template && (order.revision || !order.variables.empty()))
    co_return runtime::refuse_field("/promptTemplateId", "is required with variables or a revision");
  if (!order.prompt_template)
    co_return std::optional<template_use>{};
  if (!order.what.prompt.str().empty() || !order.what.negative_prompt.str().empty())
    co_return runtime::refuse_field("/prompt", "is made of the template, and must be absent");
  auto found = co_await ainft::read<prompt_template::domain>(s, order.prompt_template->get(), c.who);
  if (!found && runtime::explain(found.error()).code == runtime::errc::not_found)
    co_return runtime::refuse_field("/promptTemplateId", "must be the id of a template that the caller sees");
  if (!found)
    co_return std::move(found.error());
  const auto number = order.revision.value_or(static_cast<uint32_t>(found->revisions.size()));
  if (number < 1 || number > found->revisions.size())
    co_return runtime::refuse_field("/promptTemplateRevision", "must be from 1 to " + std::to_string(found->revisions.size()));
  auto made = prompt_template::render(found->revisions[number - 1].content, order.variables);
  if (!made)
    co_return std::move(made.error());
  order.what.prompt = std::move(made->text);
  order.what.negative_prompt = std::move(made->negative_text);
  co_return std::optional{template_use{*order.prompt_template, number}};
}

task<reply> create(const surroundings& around, call& c, job_order order) {
  const auto& s = around.s;
  if (auto bad = check_provider(around.known, order.what))
    co_return bad;
  auto made_of = co_await fill_prompt(s, c, order);
  if (!made_of)
    co_return std::move(made_of.error());
  auto& body = order.what;
  if (auto bad = around.words.check(body.prompt.str(), "/prompt"))
    co_return bad;
  auto studio = co_await own<studio::domain>(s, c, body.studio.get(), "/studioId");
  if (!studio)
    co_return std::move(studio.error());
  if (body.source) {
    auto source = co_await own<asset::domain>(s, c, body.source->get(), "/sourceAssetId");
    if (!source)
      co_return std::move(source.error());
  }
  const auto cost = expected_credits(around.known.prices_of(body.provider.str()), body);
  if (auto within = co_await check_quota(around, body.studio, cost); !within)
    co_return std::move(within.error());
  if (!body.seed)
    body.seed = randombytes_random();
  const job_id id{c.new_id()};
  auto context = c.final_context(202);
  create_job what{id, std::move(body), *made_of, cost};
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

task<reply> list_prompts(const services& s, call& c) {
  if (auto bad = http::refuse_unknown_query(c, {"limit", "studioId"}))
    co_return bad;
  auto page = http::read_page(c);
  auto studio = http::query_value<studio_id>(c, "studioId");
  if (auto bad = http::first_error(page, studio))
    co_return bad;
  auto q = [of = user_id{c.who.user}, in = *studio, count = page->limit](persistence::session& db) { return prompt_history(db, of, in, count); };
  co_return co_await all_of(s, std::move(q));
}

constexpr size_t usage_days = 31;

task<reply> usage_reply(const services& s, std::optional<studio_id> studio) {
  auto q = [studio](persistence::session& db) { return usage(db, studio, usage_days); };
  co_return co_await all_of(s, std::move(q));
}

/// A studio's, for its owner.
task<reply> show_usage(const services& s, call& c) {
  auto studio = co_await own_of_path<studio::domain, studio_id>(s, c);
  if (!studio)
    co_return std::move(studio.error());
  co_return co_await usage_reply(s, studio->id);
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

/// Replicate says that a prediction has ended. What it says of it is not taken from here: the prediction is looked at.
task<reply> replicate_webhook(const providers& known, const std::string& secret, call& c) {
  const auto header = [&c](const char* name) { return std::string_view{(*c.headers)[name].data(), (*c.headers)[name].size()}; };
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto* provider = dynamic_cast<ai::remote::replicate*>(known.find("replicate"));
  if (!provider || secret.empty())
    co_return runtime::refuse(runtime::errc::not_found, "there are no webhooks here");
  if (!ai::remote::webhook_is_genuine(secret, header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"), c.body, now))
    co_return runtime::refuse(runtime::errc::unauthenticated, "the webhook's signature does not verify");
  auto prediction = runtime::parse_json(c.body);
  if (!prediction)
    co_return std::move(prediction.error());
  provider->wake(ai::remote::text_of(*prediction, "id"));
  co_return no_content();
}

} // namespace

void add_ai_job_routes(http::route_table& routes, const services& s, const providers& known, const job_rules& rules) {
  const auto around = std::make_shared<const surroundings>(s, known, moderation{rules.denied_words}, rules.daily_credits);
  auto& post = routes.json<job_order>(verb::post, "/v1/ai/jobs", "AI", "Have something made; answered at once, made as workers come to it",
                                    access::user, [around](call& c, job_order body) { return create(*around, c, std::move(body)); });
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
  http::route hook;
  hook.method = verb::post;
  hook.path = replicate_webhook_path;
  hook.tag = "AI";
  hook.summary = "What Replicate calls when a prediction has ended (Standard Webhooks)";
  hook.rate = http::rate_class::write;
  hook.body = http::body_kind::json;
  hook.success = 204;
  hook.function = [&known, secret = rules.replicate_secret](call& c) { return replicate_webhook(known, secret, c); };
  routes.add(std::move(hook));
  auto& makers = routes.get("/v1/ai/providers", "AI", "Who makes things here, what, and how they are", access::anyone, [&known](call&) -> task<reply> {
    co_return whole_list(known.views());
  });
  auto& prompts = routes.get("/v1/ai/prompt-history", "AI", "Prompts that the caller ordered with, the latest first", access::user,
                             [&s](call& c) { return list_prompts(s, c); });
  prompts.query = {"studioId"};
  routes.answers_list<used_prompt>(prompts);
  routes.answers_list<provider_view>(makers);
  routes.answers_list<day_usage>(routes.get("/v1/studios/{id}/ai-usage", "AI", "What a studio's jobs took in the last 31 days, by day and provider", access::user,
                                            [&s](call& c) { return show_usage(s, c); }));
  routes.answers_list<day_usage>(routes.get("/v1/admin/ai/usage", "Operators", "What all studios' jobs took in the last 31 days, by day and provider",
                                            access::operators, [&s](call&) { return usage_reply(s, std::nullopt); }));
  auto& dead = routes.get("/v1/admin/ai/dead-jobs", "Operators", "Jobs that were tried as often as is done by itself, oldest first", access::operators,
                          [&s](call& c) { return list_dead_jobs(s, c); });
  routes.answers_list<ai_job::summary>(dead);
  routes.answers<ai_job::view>(routes.post("/v1/admin/ai/jobs/{id}/requeue", "Operators", "Try anybody's job again that failed or was cancelled",
                                           access::operators, [&s](call& c) { return requeue(s, c); }));
}

} // namespace ainft
