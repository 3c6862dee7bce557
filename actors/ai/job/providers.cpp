#include "actors/ai/job/providers.hpp"

#include <algorithm>

namespace ainft::ai_job {

void providers::add(std::unique_ptr<ai::provider> p, provider_limits limits, provider_prices prices) {
  // The burst is a tenth of what a minute allows.
  const http::budget budget{limits.per_minute / 60.0, std::max(1.0, limits.per_minute / 10.0)};
  all_.push_back({std::move(p), limits, prices, budget, {budget, std::chrono::steady_clock::now()}, 0});
}

ai::provider* providers::find(std::string_view name) const {
  const auto* e = entry_of(name);
  return e ? e->provider.get() : nullptr;
}

provider_prices providers::prices_of(std::string_view name) const {
  const auto* e = entry_of(name);
  return e ? e->prices : provider_prices{};
}

std::vector<std::string> providers::names() const {
  std::vector<std::string> out;
  out.reserve(all_.size());
  for (const auto& e : all_)
    out.emplace_back(e.provider->name());
  return out;
}

std::vector<provider_view> providers::views() const {
  std::vector<provider_view> out;
  for (const auto& e : all_) {
    auto state = e.provider->state();
    auto& v = out.emplace_back(provider_view{std::string{e.provider->name()}, state.health, std::nullopt, {}});
    if (!state.problem.empty())
      v.problem = std::move(state.problem);
    for (size_t i = 0; i < enum_names(ai::work{}).size(); ++i)
      if (const auto what = static_cast<ai::work>(i); !e.provider->check(what, ""))
        v.makes.push_back(what);
  }
  return out;
}

const providers::entry* providers::entry_of(std::string_view name) const {
  const auto it = std::find_if(all_.begin(), all_.end(), [&](const auto& e) { return e.provider->name() == name; });
  return it == all_.end() ? nullptr : &*it;
}

size_t providers::room(entry& e, size_t most, http::token_bucket::time now) {
  const auto health = e.provider->state().health;
  if (health == ai::health::down || !e.tokens.has_one(e.budget, now))
    return 0;
  const size_t at_once = health == ai::health::recovering ? 1
                         : e.limits.at_once > 0           ? e.limits.at_once
                                                          : most + e.running;
  return at_once > e.running ? std::min(most, at_once - e.running) : 0;
}

size_t providers::room_of(std::string_view name, size_t most) {
  std::lock_guard guard{mutex_};
  auto* e = entry_of(name);
  return e ? room(*e, most, std::chrono::steady_clock::now()) : 0;
}

bool providers::begin(std::string_view name) {
  std::lock_guard guard{mutex_};
  auto* e = entry_of(name);
  const auto now = std::chrono::steady_clock::now();
  if (!e || room(*e, 1, now) == 0 || !e->tokens.take(e->budget, now))
    return false;
  ++e->running;
  return true;
}

void providers::end(std::string_view name) {
  std::lock_guard guard{mutex_};
  if (auto* e = entry_of(name))
    --e->running;
}

} // namespace ainft::ai_job
