#include "actors/ai/job/routes.hpp"

#include "actors/ai/job/domain.hpp"
#include "actors/ai/job/order_service.hpp"
#include "actors/ai/job/queries.hpp"
#include "actors/ai/job/signed_outputs.hpp"
#include "actors/ai/prompt_template/api.hpp"
#include "actors/list_route.hpp"
#include "actors/ownership.hpp"
#include "actors/studios/asset/protocol.hpp"
#include "actors/studios/studio/protocol.hpp"
#include "net/ai/remote/replicate.hpp"
#include "runtime/try.hpp"

#include <spdlog/spdlog.h>

namespace ainft {

using namespace ai_job;
using http::call;
using http::open_to_all;
using http::operator_right;
using http::reply;
using http::user_right;
using http::verb;

namespace {

/// Renders the template into the order, and returns its id and revision.
task<std::optional<template_use>> fill_prompt(const services& s, const call& c, job_order& order) {
  if (!order.prompt_template && (order.revision || !order.variables.empty()))
    co_return runtime::refuse_field("/promptTemplateId", "is required if variables or a revision are given");
  if (!order.prompt_template)
    co_return std::optional<template_use>{};
  if (!order.what.prompt.str().empty() || !order.what.negative_prompt.str().empty())
    co_return runtime::refuse_field("/prompt", "must be absent: the template provides the prompt");
  auto found = co_await ainft::read<prompt_template::entity>(s, order.prompt_template->get(), c.who);
  if (!found && runtime::explain(found.error()).code == runtime::errc::not_found)
    co_return runtime::refuse_field("/promptTemplateId", "must be the id of a template that the caller may read");
  if (!found)
    co_return std::move(found.error());
  const auto number = order.revision.value_or(static_cast<uint32_t>(found->revisions.size()));
  if (number < 1 || number > found->revisions.size())
    co_return runtime::refuse_field("/promptTemplateRevision",
                                    "must be from 1 to " + std::to_string(found->revisions.size()));
  AINFT_CO_TRY(made, prompt_template::render(found->revisions[number - 1].content, order.variables));
  order.what.prompt = std::move(made.text);
  order.what.negative_prompt = std::move(made.negative_text);
  co_return std::optional{template_use{*order.prompt_template, number}};
}

task<reply> create(const services& s, const order_service& orders, call& c, job_order order) {
  if (order.what.kind == kind::plan || order.what.kind == kind::fine_tune)
    co_return runtime::refuse_field("/kind",
                                    "must be image, text, variation, upscale or metadata: only agents order plans, "
                                    "and /v1/ai/fine-tunes orders fine-tunes");
  if (auto bad = orders.check_provider(order.what.provider.str(), order.what.kind, order.what.model.str()))
    co_return bad;
  AINFT_CO_TRY(made_of, co_await fill_prompt(s, c, order));
  auto& body = order.what;
  AINFT_CO_TRY(studio, co_await own_studio(s, c, body.studio));
  if (body.source) {
    AINFT_CO_TRY(source, co_await own<asset::entity>(s, c, body.source->get(), "/sourceAssetId"));
  }
  const job_id id{c.new_id()};
  auto context = c.final_context(202);
  order_service::order_details details{made_of, {}, orders.most_credits(body), {}};
  if (c.agent)
    details.agent = agent_id{c.agent->agent};
  AINFT_CO_TRY(made, co_await orders.order(id, std::move(body), std::move(details), std::move(context)));
  co_return http::entity_reply(std::move(made), 202);
}

task<reply> list_prompts(const services& s, call& c) {
  if (auto bad = http::refuse_unknown_query(c, {"limit", "studioId"}))
    co_return bad;
  auto page = http::read_page(c);
  auto studio = http::query_value<studio_id>(c, "studioId");
  if (auto bad = http::first_error(page, studio))
    co_return bad;
  auto q = [of = user_id{c.who.user}, in = *studio, count = page->limit](persistence::session& db) {
    return prompt_history(db, of, in, count);
  };
  co_return co_await all_of(s, std::move(q));
}

constexpr size_t usage_days = 31;

task<reply> usage_reply(const services& s, std::optional<studio_id> studio) {
  auto q = [studio](persistence::session& db) { return usage(db, studio, usage_days); };
  co_return co_await all_of(s, std::move(q));
}

/// A studio's usage, for its owner.
task<reply> show_usage(const services& s, call& c) {
  AINFT_CO_TRY(studio, co_await own_of_path<studio::entity, studio_id>(s, c));
  co_return co_await usage_reply(s, studio.id);
}

/// An operator retries a job that failed or was cancelled.
task<reply> requeue(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<job_id>(c));
  auto context = c.context();
  context.who = {};
  auto done = co_await command<ai_job::domain>(s, id.get(), std::move(context), retry_job{});
  if (!done)
    co_return std::move(done.error());
  spdlog::info("operator {} retried the AI job {}", c.who.wallet, id.str());
  co_return http::entity_reply(std::move(*done));
}

/// Replicate reports the end of a prediction. Only the id is used: the platform then reads the prediction from
/// Replicate.
task<reply> replicate_webhook(const providers& known, const std::string& secret, call& c) {
  const auto header = [&c](const char* name) {
    return std::string_view{(*c.headers)[name].data(), (*c.headers)[name].size()};
  };
  const auto now =
    std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto* provider = dynamic_cast<ai::remote::replicate*>(known.find("replicate"));
  if (!provider || secret.empty())
    co_return runtime::refuse(runtime::errc::not_found, "webhooks are disabled");
  if (!ai::remote::webhook_is_genuine(secret, header("webhook-id"), header("webhook-timestamp"),
                                      header("webhook-signature"), c.body, now))
    co_return runtime::refuse(runtime::errc::unauthenticated, "the webhook's signature is invalid");
  AINFT_CO_TRY(prediction, runtime::parse_json(c.body));
  provider->wake(ai::remote::text_of(prediction, "id"));
  co_return no_content();
}

} // namespace

void ai_job::add_routes(http::route_table& routes, const services& s) {
  const auto& known = s.ai.providers;
  const auto& orders = s.ai.orders;
  auto& post = routes.json<job_order>(
    verb::post, "/v1/ai/jobs", "AI", "Order an AI job; the response comes immediately, a worker runs the job later",
    user_right("ai_jobs.create"),
    [&s, &orders](call& c, job_order body) { return create(s, orders, c, std::move(body)); });
  post.tool = "make_job";
  routes.answers<ai_job::view>(post, 202);
  auto& one = routes.get("/v1/ai/jobs/{id}", "AI", "A job with its progress and result", user_right("ai_jobs.read"),
                         [&s](call& c) { return ainft::show<ai_job::domain, job_id>(s, c); });
  one.finish = sign_outputs(s);
  routes.answers<ai_job::view>(one);
  list_route(routes, s, "/v1/ai/jobs", "AI", "The caller's jobs, oldest first", user_right("ai_jobs.read"),
             ai_job::list);
  routes.answers<ai_job::view>(routes.post("/v1/ai/jobs/{id}/cancel", "AI", "Cancel a queued or running job",
                                           user_right("ai_jobs.cancel"),
                                           [&s](call& c) { return tell<ai_job::domain, job_id>(s, c, cancel_job{}); }));
  routes.answers<ai_job::view>(routes.post("/v1/ai/jobs/{id}/retry", "AI", "Retry a failed or cancelled job",
                                           user_right("ai_jobs.retry"),
                                           [&s](call& c) { return tell<ai_job::domain, job_id>(s, c, retry_job{}); }));
  http::route hook;
  hook.method = verb::post;
  hook.path = replicate_webhook_path;
  hook.tag = "AI";
  hook.summary = "The webhook that Replicate calls when a prediction has ended (Standard Webhooks)";
  hook.rate = http::rate_class::write;
  hook.body = http::body_kind::json;
  hook.success = 204;
  hook.function = [&known, secret = s.ai.webhook_secret](call& c) { return replicate_webhook(known, secret, c); };
  routes.add(std::move(hook));
  auto& makers = routes.get("/v1/ai/providers", "AI", "The AI providers, their kinds of work, and their status",
                            open_to_all, [&known](call&) -> task<reply> { co_return whole_list(known.views()); });
  auto& prompts = routes.get("/v1/ai/prompt-history", "AI", "The caller's earlier prompts, latest first",
                             user_right("prompt_history.read"), [&s](call& c) { return list_prompts(s, c); });
  prompts.query = {"studioId"};
  routes.answers_list<used_prompt>(prompts);
  routes.answers_list<provider_view>(makers);
  routes.answers_list<day_usage>(routes.get("/v1/studios/{id}/ai-usage", "AI",
                                            "A studio's AI usage in the last 31 days, by day and provider",
                                            user_right("ai_usage.read"), [&s](call& c) { return show_usage(s, c); }));
  routes.answers_list<day_usage>(
    routes.get("/v1/admin/ai/usage", "Operators", "All studios' AI usage in the last 31 days, by day and provider",
               operator_right("ai_usage.read_all"), [&s](call&) { return usage_reply(s, std::nullopt); }));
  list_route(routes, s, "/v1/admin/ai/dead-jobs", "Operators", "Jobs that used all automatic attempts, oldest first",
             operator_right("ai_jobs.read_dead"), ai_job::list_dead);
  routes.answers<ai_job::view>(routes.post("/v1/admin/ai/jobs/{id}/requeue", "Operators",
                                           "Retry a failed or cancelled job of any user",
                                           operator_right("ai_jobs.requeue"), [&s](call& c) { return requeue(s, c); }));
}

} // namespace ainft
