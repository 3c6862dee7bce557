#include "actors/ai/job/order_service.hpp"

#include "actors/ai/job/queries.hpp"
#include "runtime/try.hpp"

#include <sodium.h>

namespace ainft::ai_job {

namespace {

/// Size of what a provider receives around the prompt: instructions, and the API's own fields.
constexpr uint64_t wrapping = 2'000; ///< bytes

/// Assumed output of a text, if the order sets no maximum.
constexpr uint32_t usual_tokens = 4'096;

bool is_paid_by_length(kind what) { return what == kind::text || what == kind::metadata || what == kind::plan; }

/// The expected price of an order. 0 for texts: their price depends on their length.
uint64_t expected_credits(const provider_prices& prices, const new_job& what) {
  if (what.kind == kind::fine_tune)
    return prices.fine_tune;
  return is_paid_by_length(what.kind) ? 0 : uint64_t{prices.picture} * what.count;
}

} // namespace

caf::error order_service::check_provider(std::string_view provider, kind what, std::string_view model) const {
  if (const auto* p = known_.find(provider)) {
    // The caller chose the kind through a field of the body.
    const bool is_chosen = what != kind::plan && what != kind::fine_tune;
    if (!is_chosen && p->check(what, ""))
      return runtime::refuse_field("/provider",
                                   "must be a provider that supports " + std::string{runtime::name_of(what)});
    return p->check(what, model);
  }
  return runtime::refuse_field("/provider", runtime::one_of_rule(known_.names()));
}

uint64_t order_service::most_credits(const new_job& what, size_t more) const {
  const auto prices = known_.prices_of(what.provider.str());
  if (!is_paid_by_length(what.kind))
    return expected_credits(prices, what);
  // A token stands for at least one byte, so the number of bytes is an upper bound for the number of tokens.
  return prices.of_tokens(uint64_t{what.count}
                          * (wrapping + what.prompt.str().size() + what.negative_prompt.str().size() + more
                             + what.params.max_tokens.value_or(usual_tokens)));
}

/// Refuses with errc::quota_exceeded if the studio has too few credits left for today. Concurrent orders may both pass
/// and exceed the limit.
task<caf::unit_t> order_service::check_quota(studio_id studio, uint64_t cost) const {
  if (daily_credits_ > 0) {
    auto q = [studio](persistence::session& db) { return credits_today(db, studio); };
    AINFT_CO_TRY(used, co_await net::query(s_.db, std::move(q)));
    if (used >= daily_credits_ || used + cost > daily_credits_)
      co_return runtime::refuse(runtime::errc::quota_exceeded, "the studio may use " + std::to_string(daily_credits_)
                                                                 + " credits per day; it has used or reserved "
                                                                 + std::to_string(used) + ", and this order would cost "
                                                                 + std::to_string(cost));
  }
  co_return caf::unit;
}

task<caf::unit_t> order_service::check_model(studio_id studio, std::string provider, std::string model) const {
  if (model.empty())
    co_return caf::unit;
  auto q = [studio, provider, model](persistence::session& db) {
    return is_anothers_model(db, studio, provider, model);
  };
  AINFT_CO_TRY(taken, co_await net::query(s_.db, std::move(q)));
  if (taken)
    co_return caf::make_error(
      runtime::errc::forbidden, "this model belongs to another studio",
      std::vector<runtime::field_error>{{"/model", "must be a model of the provider or of the studio"}});
  co_return caf::unit;
}

task<runtime::answer> order_service::order(job_id id, new_job what, order_details details,
                                           runtime::command_context context) const {
  if (auto bad = check_words(what.prompt.str(), "/prompt"))
    co_return bad;
  if (auto fits = co_await check_model(what.studio, what.provider.str(), what.model.str()); !fits)
    co_return fits.error();
  const auto cost = details.agent ? details.most : expected_credits(known_.prices_of(what.provider.str()), what);
  if (auto within = co_await check_quota(what.studio, cost); !within)
    co_return within.error();
  if (!what.seed)
    what.seed = randombytes_random();
  create_job order{id, std::move(what), details.made_of, cost, details.agent, std::move(details.training)};
  co_return co_await command<domain>(s_, id.get(), std::move(context), std::move(order));
}

} // namespace ainft::ai_job
