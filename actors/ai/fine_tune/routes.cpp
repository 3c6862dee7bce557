#include "actors/ai/fine_tune/routes.hpp"

#include "actors/ai/job/api.hpp"
#include "actors/list_route.hpp"
#include "actors/ownership.hpp"
#include "actors/studios/asset/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace ai_job;
using http::call;
using http::reply;
using http::right;
using http::user_right;
using http::verb;
using runtime::errc;

namespace {

constexpr uint64_t largest_data_set = 64 * 1024 * 1024; ///< bytes

/// The body of POST /v1/ai/fine-tunes.
struct new_fine_tune {
  ainft::studio_id studio;
  provider_name provider;
  model_name base; ///< the provider's name of the model to start from
  training what;
  uint32_t time_limit = longest_time_limit; ///< seconds until the job fails
};
AINFT_DESCRIBE(
  new_fine_tune,
  (studio, "studio_id",
   about("A studio of the caller. The model becomes its model, and the job counts for its daily credits.")),
  (provider, about("The name of a provider of `GET /v1/ai/providers` that makes `fine_tune`.")),
  (base, "base_model", about("The provider's name for the model to start from; not empty.")), (what, flattened),
  (time_limit, defaulted, between(1, longest_time_limit),
   about("The seconds until the job fails if the training has not ended.")))
AINFT_ABOUT(new_fine_tune, "An order of a model that is trained from pictures.")

/// Checks the pictures: they belong to the caller, their formats can be used for training, and their total size is
/// within the limit.
task<caf::unit_t> check_examples(const services& s, const call& c, const order_service& orders, const training& what) {
  uint64_t size = 0;
  for (size_t i = 0; i < what.examples.size(); ++i) {
    const auto& e = what.examples[i];
    const auto at = "/examples/" + std::to_string(i);
    const auto picture = at + "/assetId", caption = at + "/caption";
    if (auto bad = orders.check_words(e.caption.str(), caption.c_str()))
      co_return bad;
    AINFT_CO_TRY(found, co_await own<asset::entity>(s, c, e.asset.get(), picture.c_str()));
    if (found.content_type == asset::media_type::gif || found.content_type == asset::media_type::mp4)
      co_return runtime::refuse_field(picture, "must be a PNG, JPEG or WebP picture");
    size += found.size;
    if (size > largest_data_set)
      co_return runtime::refuse_field("/examples", "must have pictures of at most 67108864 bytes in total");
  }
  co_return caf::unit;
}

task<reply> create(const services& s, const order_service& orders, call& c, new_fine_tune body) {
  if (body.base.str().empty())
    co_return runtime::refuse_field("/baseModel", "must name the base model");
  if (auto bad = orders.check_provider(body.provider.str(), kind::fine_tune, body.base.str())) {
    const auto why = runtime::explain(bad).fields.at(0);
    co_return runtime::refuse_field(why.pointer == "/model" ? "/baseModel" : why.pointer, why.rule);
  }
  AINFT_CO_TRY(studio, co_await own_studio(s, c, body.studio));
  if (const auto good = co_await check_examples(s, c, orders, body.what); !good)
    co_return good.error();
  new_job order;
  order.studio = body.studio;
  order.kind = kind::fine_tune;
  order.provider = body.provider;
  order.model = body.base;
  order.time_limit = body.time_limit;
  const job_id id{c.new_id()};
  auto context = c.final_context(202);
  order_service::order_details details{{}, {}, 0, std::move(body.what)};
  AINFT_CO_TRY(made, co_await orders.order(id, std::move(order), std::move(details), std::move(context)));
  co_return http::entity_reply(std::move(made), 202);
}

/// The query parameters of GET /v1/ai/fine-tunes.
struct fine_tune_filter {
  std::optional<ainft::studio_id> studio;
  std::optional<ai_job::phase> state;
};
AINFT_DESCRIBE(fine_tune_filter, (studio, "studio_id", about("Only fine-tunes of this studio.")),
               (state, about("Only fine-tunes in this state.")))

std::vector<ai_job::summary> list_fine_tunes(persistence::session& db, const list_reader& who,
                                             const fine_tune_filter& f, const http::page& page) {
  return ai_job::list(db, who, {f.studio, f.state, kind::fine_tune}, page);
}

task<reply> list_models(const services& s, call& c) {
  AINFT_CO_TRY(studio, co_await own_of_path<studio::entity, studio_id>(s, c));
  auto q = [id = studio.id](persistence::session& db) { return models_of(db, id); };
  co_return co_await all_of(s, std::move(q));
}

} // namespace

void fine_tune::add_routes(http::route_table& routes, const services& s) {
  const auto& orders = s.ai.orders;
  constexpr auto all = "/v1/ai/fine-tunes", one = "/v1/ai/fine-tunes/{id}", tag = "AI", id = "The fine-tune's job.";
  routes
    .json<new_fine_tune>(verb::post, all, tag, "Train a studio's own model from pictures",
                         user_right("fine_tunes.create"),
                         [&s, &orders](call& c, new_fine_tune body) { return create(s, orders, c, std::move(body)); })
    .named("createFineTune")
    .describe(
      "A fine-tune is an AI job of the kind `fine_tune`, with all features of jobs. When it has succeeded, jobs "
      "of the studio can use the new model (`listStudioModels`).")
    .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "provider": "openai",
                "baseModel": "gpt-4o-2024-08-06", "name": "dawn-style",
                "examples": [{"assetId": "ast_01m8abgc8ce6kvxkezy3xf2mrx", "caption": "a lake at dawn"}],
                "triggerWord": "DAWN"})")
    .refuses({errc::not_owner, errc::conflict, errc::quota_exceeded})
    .versioned()
    .answers<ai_job::view>(202);
  list_route(routes, s, all, tag, "List the caller's fine-tunes, oldest first", user_right("fine_tunes.read"),
             list_fine_tunes)
    .named("listFineTunes")
    .describe("In pages. `studioId` and `state` select among them. `listStudioModels` has the models that they made.");
  routes
    .get(one, tag, "Get a fine-tune", user_right("fine_tunes.read"),
         [&s](call& c) { return show<ai_job::entity, job_id>(s, c); })
    .named("getFineTune")
    .describe(
      "Only the user who ordered it may read it. When it has succeeded, jobs of its studio can name the new model.")
    .takes<job_id>(id)
    .versioned()
    .answers<ai_job::view>();
  const auto simple = [&](const char* what, right needs, const char* summary, auto command) -> http::route& {
    http::route& out = routes.post(one + std::string{"/"} + what, tag, summary, needs,
                                   [&s, command](call& c) { return tell<ai_job::entity, job_id>(s, c, command); });
    return out.takes<job_id>(id).refuses({errc::wrong_state}).versioned().answers<ai_job::view>();
  };
  simple("cancel", user_right("fine_tunes.cancel"), "Cancel a fine-tune", cancel_job{})
    .named("cancelFineTune")
    .describe("The training is also stopped at the provider. A fine-tune that has ended is refused.");
  simple("retry", user_right("fine_tunes.retry"), "Retry a failed or cancelled fine-tune", retry_job{})
    .named("retryFineTune")
    .describe("The training begins anew, with the full time limit.");
  routes
    .get("/v1/studios/{id}/ai-models", tag, "List a studio's own models, oldest first", user_right("ai_models.read"),
         [&s](call& c) { return list_models(s, c); })
    .named("listStudioModels")
    .takes<studio_id>("The studio.")
    .describe("At most 1000 models, in one list.")
    .refuses({errc::not_owner})
    .answers_all<studio_model>();
}

} // namespace ainft
