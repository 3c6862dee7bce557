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
using runtime::errc;

namespace {

constexpr auto tag = "AI", for_operators = "Operators"; // of the routes

/// Renders the template into the order, and returns its id and revision.
task<std::optional<template_use>> fill_prompt(const services& s, const call& c, job_order& order) {
  if (!order.prompt_template && (order.revision || !order.variables.empty()))
    co_return runtime::refuse_field("/promptTemplateId", "is required if variables or a revision are given");
  if (!order.prompt_template)
    co_return std::optional<template_use>{};
  if (!order.what.prompt.str().empty() || !order.what.negative_prompt.str().empty())
    co_return runtime::refuse_field("/prompt", "must be absent: the template provides the prompt");
  auto found = co_await ainft::read<prompt_template::entity>(s, order.prompt_template->get(), c.who);
  if (!found && runtime::explain(found.error()).code == errc::not_found)
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
  auto page = http::read_page(c);
  auto studio = http::query_value<studio_id>(c, "studioId");
  if (auto bad = http::errors_of(page, studio))
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

/// The part of a webhook's body that the platform uses.
struct ended_prediction {
  std::string id;
};
AINFT_DESCRIBE(ended_prediction, (id, about("Replicate's id of the prediction.")))
AINFT_ABOUT(ended_prediction, "A prediction of Replicate's API. Its other members are ignored.")

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
    co_return runtime::refuse(errc::not_found, "webhooks are disabled");
  if (!ai::remote::webhook_is_genuine(secret, header("webhook-id"), header("webhook-timestamp"),
                                      header("webhook-signature"), c.body, now))
    co_return runtime::refuse(errc::unauthenticated, "the webhook's signature is invalid");
  AINFT_CO_TRY(prediction, runtime::parse_json(c.body));
  provider->wake(ai::remote::text_of(prediction, "id"));
  co_return no_content();
}

void add_webhook(http::route_table& routes, const services& s) {
  http::route hook;
  hook.method = verb::post;
  hook.path = replicate_webhook_path;
  hook.tag = tag;
  hook.summary = "Take the news that a prediction of Replicate has ended";
  hook.rate = http::rate_class::write;
  hook.body = http::body_kind::json;
  hook.needs_body = true;
  hook.function = [&known = s.ai.providers, secret = s.ai.webhook_secret](call& c) {
    return replicate_webhook(known, secret, c);
  };
  auto& added = routes.add(std::move(hook));
  added.input = runtime::json_schema{*added.components}.of<ended_prediction>();
  added.named("receiveReplicateWebhook")
    .describe("For Replicate alone: its webhooks follow the specification Standard Webhooks. The platform reads the "
              "prediction from Replicate itself. Without a webhook secret, all webhooks get a 404.")
    .header<std::string>("webhook-id", "The id of the message, which its signature covers.")
    .header<std::string>("webhook-timestamp",
                         "When it was sent, in seconds of Unix time; at most 300 seconds away from the server's time.")
    .header<std::string>("webhook-signature", "Signatures, separated by spaces: `v1,` and an HMAC-SHA256 in base64.")
    .sample(R"({"id": "gm3qorzdhgbfurvjtvhg6dckhu"})")
    .refuses({errc::not_found, errc::unauthenticated})
    .answers_nothing();
}

void add_jobs(http::route_table& routes, const services& s) {
  constexpr auto id = "The job.";
  auto& post = routes
                 .json<job_order>(verb::post, "/v1/ai/jobs", tag, "Order an AI job", user_right("ai_jobs.create"),
                                  [&s, &orders = s.ai.orders](call& c, job_order body) {
                                    return create(s, orders, c, std::move(body));
                                  })
                 .named("createJob")
                 .describe("The response comes at once; a worker does the job later. Then ask for the job (`getJob`), "
                           "or subscribe to its room, until its state is `succeeded`, `failed` or `cancelled`.")
                 .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "image", "provider": "local",
                             "prompt": "a mountain lake at dawn", "params": {"width": 768, "height": 512},
                             "count": 2})",
                         "image")
                 .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "text", "provider": "local",
                             "prompt": "a legend about a mountain lake", "params": {"maxTokens": 400}})",
                         "text")
                 .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "variation", "provider": "local",
                             "prompt": "the same lake in winter", "params": {"strength": 0.4},
                             "sourceAssetId": "ast_01m8abgc8ce6kvxkezy3xf2mrx"})",
                         "variation")
                 .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "upscale", "provider": "local",
                             "params": {"scale": 4}, "sourceAssetId": "ast_01m8abgc8ce6kvxkezy3xf2mrx"})",
                         "upscale")
                 .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "metadata", "provider": "local",
                             "prompt": "a picture of a mountain lake at dawn"})",
                         "metadata")
                 .refuses({errc::not_owner, errc::conflict, errc::quota_exceeded})
                 .versioned()
                 .answers<ai_job::view>(202);
  post.tool = "make_job";
  auto& one = routes
                .get("/v1/ai/jobs/{id}", tag, "Get a job with its progress and outputs", user_right("ai_jobs.read"),
                     [&s](call& c) { return ainft::show<ai_job::domain, job_id>(s, c); })
                .named("getJob")
                .takes<job_id>(id)
                .describe("The URLs of its pictures are signed for a limited time. A response with signed URLs is "
                          "never a 304.")
                .versioned()
                .answers<ai_job::view>();
  one.finish = sign_outputs(s);
  list_route(routes, s, "/v1/ai/jobs", tag, "List the caller's jobs, oldest first", user_right("ai_jobs.read"),
             ai_job::list)
    .named("listJobs")
    .describe("With the jobs that the caller's agents ordered, and with fine-tunes.");
  routes
    .post("/v1/ai/jobs/{id}/cancel", tag, "Cancel a queued or running job", user_right("ai_jobs.cancel"),
          [&s](call& c) { return tell<ai_job::domain, job_id>(s, c, cancel_job{}); })
    .named("cancelJob")
    .takes<job_id>(id)
    .describe("A job that has succeeded or failed is refused.")
    .refuses({errc::wrong_state})
    .versioned()
    .answers<ai_job::view>();
  routes
    .post("/v1/ai/jobs/{id}/retry", tag, "Retry a failed or cancelled job", user_right("ai_jobs.retry"),
          [&s](call& c) { return tell<ai_job::domain, job_id>(s, c, retry_job{}); })
    .named("retryJob")
    .takes<job_id>(id)
    .describe("It is queued again, with the same seed and the full time limit.")
    .refuses({errc::wrong_state})
    .versioned()
    .answers<ai_job::view>();
}

void add_overviews(http::route_table& routes, const services& s) {
  routes
    .get("/v1/ai/providers", tag, "List the AI providers", open_to_all,
         [&known = s.ai.providers](call&) -> task<reply> { co_return whole_list(known.views()); })
    .named("listAiProviders")
    .describe("With the kinds of jobs that each one can do, and its status on the node that answers.")
    .answers_all<provider_view>();
  routes
    .get("/v1/studios/{id}/ai-usage", tag, "List a studio's use of AI, latest day first", user_right("ai_usage.read"),
         [&s](call& c) { return show_usage(s, c); })
    .named("listStudioAiUsage")
    .takes<studio_id>("The studio.")
    .describe("One item for each provider and day in UTC, of the last 31 days. Days without use are "
              "left out.")
    .refuses({errc::not_owner})
    .answers_all<day_usage>();
  routes
    .get("/v1/admin/ai/usage", for_operators, "List all studios' use of AI, latest day first",
         operator_right("ai_usage.read_all"), [&s](call&) { return usage_reply(s, std::nullopt); })
    .named("listAiUsage")
    .describe("One item for each provider and day in UTC, of the last 31 days: the sum over all studios.")
    .answers_all<day_usage>();
}

} // namespace

void ai_job::add_routes(http::route_table& routes, const services& s) {
  routes.describe_tag(tag, "AI jobs that make pictures and texts, and what they use: providers and their keys, prompt "
                           "templates, and models.");
  add_jobs(routes, s);
  add_webhook(routes, s);
  add_overviews(routes, s);
  routes
    .get("/v1/ai/prompt-history", tag, "List the caller's earlier prompts, latest first",
         user_right("prompt_history.read"), [&s](call& c) { return list_prompts(s, c); })
    .named("listPromptHistory")
    .describe("Each prompt once. Without the goals of agents and without fine-tunes.")
    .asks<studio_id>("studioId", "Only prompts of this studio's jobs.")
    .answers_first<used_prompt>();
  list_route(routes, s, "/v1/admin/ai/dead-jobs", for_operators, "List dead jobs, oldest first",
             operator_right("ai_jobs.read_dead"), ai_job::list_dead)
    .named("listDeadJobs")
    .describe("Jobs of all users that failed after all automatic attempts, or that no worker took in time.");
  routes
    .post("/v1/admin/ai/jobs/{id}/requeue", for_operators, "Retry a failed or cancelled job of any user",
          operator_right("ai_jobs.requeue"), [&s](call& c) { return requeue(s, c); })
    .named("requeueJob")
    .takes<job_id>("The job.")
    .describe("It is queued again, with the same seed and the full time limit.")
    .refuses({errc::wrong_state})
    .versioned()
    .answers<ai_job::view>();
}

} // namespace ainft
