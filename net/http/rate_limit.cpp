#include "net/http/rate_limit.hpp"

#include "runtime/codec/json_text.hpp"
#include "runtime/codec/json_writer.hpp"

namespace ainft::http {

namespace {

/// Of one part, that wait to be told.
constexpr size_t most_spenders = 1'000;

/// What a node tells of one caller in one class. `caller` is a hash that all builds for one machine make alike.
struct spending {
  uint64_t caller = 0;
  rate_class kind{};
  uint32_t tokens = 0;
};

template <class Inspector>
bool inspect(Inspector& f, spending& x) {
  return f.object(x).fields(f.field("caller", x.caller), f.field("kind", x.kind), f.field("tokens", x.tokens));
}

struct spendings {
  std::vector<spending> of;
};

template <class Inspector>
bool inspect(Inspector& f, spendings& x) {
  return f.object(x).fields(f.field("of", x.of));
}

} // namespace

void token_bucket::fill(const budget& of, time now) {
  tokens_ = std::min(of.burst, tokens_ + std::chrono::duration<double>(now - at_).count() * of.per_second);
  at_ = now;
}

bool token_bucket::has_one(const budget& of, time now) {
  if (of.per_second <= 0)
    return true;
  fill(of, now);
  return tokens_ >= 1;
}

bool token_bucket::take(const budget& of, time now) {
  if (!has_one(of, now))
    return false;
  tokens_ -= of.per_second > 0 ? 1 : 0;
  return true;
}

void token_bucket::spend(const budget& of, time now, double tokens) {
  fill(of, now);
  tokens_ = std::max(-of.burst, tokens_ - tokens);
}

bool token_bucket::is_full(const budget& of, time now) const {
  return tokens_ + std::chrono::duration<double>(now - at_).count() * of.per_second > of.burst;
}

rate_limiter::account& rate_limiter::account_of(part& p, uint64_t key, rate_class kind, time now) const {
  if (p.accounts.size() > 100'000) // full buckets say nothing
    std::erase_if(p.accounts, [&](const auto& a) { return a.second.bucket.is_full(budget_of(a.second.kind), now); });
  return p.accounts.try_emplace(key, account{{budget_of(kind), now}, kind}).first->second;
}

bool rate_limiter::allow(const call& c, time now) {
  const auto kind = c.at->rate;
  const auto& budget = budget_of(kind);
  if (budget.per_second <= 0)
    return true;
  const auto caller = c.who.user.is_nil() ? std::hash<std::string>{}(c.peer) : std::hash<runtime::uuid>{}(c.who.user);
  const auto key = caller * 31 + static_cast<size_t>(kind);
  auto& part = part_of(key);
  std::lock_guard guard{part.mutex};
  auto& account = account_of(part, key, kind, now);
  if (account.bucket.is_full(budget, now))
    account.untold = 0; // long past
  if (!account.bucket.take(budget, now))
    return false;
  ++account.untold;
  // A node that is alone never takes the news; those that find no room are told of after their next request.
  if (account.bucket.left() < budget.burst / 2 && !account.is_listed && part.spenders.size() < most_spenders) {
    account.is_listed = true;
    part.spenders.push_back(key);
  }
  return true;
}

std::string rate_limiter::take_news() {
  spendings out;
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    for (const auto key : std::exchange(part.spenders, {}))
      if (const auto it = part.accounts.find(key); it != part.accounts.end()) {
        it->second.is_listed = false;
        out.of.push_back({key, it->second.kind, std::exchange(it->second.untold, 0)});
      }
  }
  return out.of.empty() ? std::string{} : runtime::to_json(out);
}

void rate_limiter::hear(std::string_view news, time now) {
  const auto told = runtime::from_json_text<spendings>(news);
  if (!told)
    return;
  for (const auto& s : told->of) {
    const auto& budget = budget_of(s.kind);
    if (budget.per_second <= 0)
      continue;
    auto& part = part_of(s.caller);
    std::lock_guard guard{part.mutex};
    account_of(part, s.caller, s.kind, now).bucket.spend(budget, now, s.tokens);
  }
}

} // namespace ainft::http
