#include "net/http/rate_limit.hpp"

#include "net/http/client_address.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_text.hpp"
#include "runtime/codec/json_writer.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace ainft::http {

namespace {

/// Maximum number of unreported spenders per part.
constexpr size_t most_spenders = 1'000;

/// A node's report of one caller in one class. `caller` is a hash that is the same in all builds for one kind of
/// machine.
struct spending {
  uint64_t caller = 0;
  rate_class kind{};
  uint32_t tokens = 0;
};
AINFT_DESCRIBE(spending, caller, kind, tokens)

struct spendings {
  std::vector<spending> of;
};
AINFT_DESCRIBE(spendings, of)

/// The class as settings and documents call it: "sign-in".
std::string name_of(rate_class kind) {
  std::string out{enum_names(kind)[static_cast<size_t>(kind)]};
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

/// `x` without its fraction, as an Integer of a header field (RFC 9651, section 3.3.1), which has at most 15 digits.
uint64_t whole(double x) { return static_cast<uint64_t>(std::clamp(x, 0., 999'999'999'999'999.)); }

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

void token_bucket::lower_to(token_bucket other, const budget& of, time now) {
  fill(of, now);
  other.fill(of, now);
  tokens_ = std::min(tokens_, other.tokens_);
}

double token_bucket::until_next(const budget& of) const {
  return (std::floor(std::max(0., tokens_)) + 1 - tokens_) / of.per_second;
}

bool token_bucket::is_full(const budget& of, time now) const {
  return tokens_ + std::chrono::duration<double>(now - at_).count() * of.per_second > of.burst;
}

rate_limiter::rate_limiter(rate_settings settings) : settings_{settings} {
  std::random_device source;
  secret_ = uint64_t{source()} << 32 | source();
  for (auto& p : parts_)
    for (const auto& of : settings_.of)
      p.traces.resize(p.traces.size() + traces_of_class, token_bucket{of, time{}});
}

/// The finalizer of SplitMix64.
uint64_t rate_limiter::mixed(uint64_t key) const {
  key ^= secret_;
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9;
  key = (key ^ (key >> 27)) * 0x94d049bb133111eb;
  return key ^ (key >> 31);
}

token_bucket& rate_limiter::trace_of(part& p, uint64_t key, rate_class kind) const {
  return p.traces[static_cast<size_t>(kind) * traces_of_class + mixed(key) / parts_.size() % traces_of_class];
}

void rate_limiter::make_room(part& p, time now) const {
  const auto most = std::max<size_t>(1, settings_.callers / parts_.size());
  while (p.accounts.size() >= most) {
    const auto& oldest = p.accounts.back();
    trace_of(p, oldest.key, oldest.kind).lower_to(oldest.bucket, budget_of(oldest.kind), now);
    p.by_key.erase(oldest.key);
    p.accounts.pop_back();
  }
}

rate_limiter::account& rate_limiter::account_of(part& p, uint64_t key, rate_class kind, time now) const {
  if (const auto it = p.by_key.find(key); it != p.by_key.end()) {
    p.accounts.splice(p.accounts.begin(), p.accounts, it->second);
    return p.accounts.front();
  }
  make_room(p, now);
  p.accounts.push_front({key, trace_of(p, key, kind), kind});
  p.by_key.emplace(key, p.accounts.begin());
  return p.accounts.front();
}

size_t rate_limiter::size() {
  size_t out = 0;
  for (auto& p : parts_) {
    std::lock_guard guard{p.mutex};
    out += p.accounts.size();
  }
  return out;
}

std::optional<rate_left> rate_limiter::ask(const call& c, time now) {
  const auto kind = c.at->rate;
  const auto& budget = budget_of(kind);
  if (budget.per_second <= 0)
    return std::nullopt;
  const auto caller =
    c.who.user.is_nil() ? std::hash<std::string>{}(rate_source(c.peer)) : std::hash<runtime::uuid>{}(c.who.user);
  const auto key = caller * 31 + static_cast<size_t>(kind);
  auto& part = part_of(key);
  std::lock_guard guard{part.mutex};
  auto& account = account_of(part, key, kind, now);
  if (account.bucket.is_full(budget, now))
    account.untold = 0; // the bucket has refilled since then
  const bool within = account.bucket.take(budget, now);
  if (within)
    note(part, account, budget);
  return rate_left{name_of(kind),
                   whole(budget.burst),
                   std::max<uint64_t>(1, whole(std::ceil(budget.burst / budget.per_second))),
                   whole(account.bucket.left()),
                   whole(std::ceil(account.bucket.until_next(budget))),
                   within};
}

bool rate_limiter::allow(const call& c, time now) {
  const auto left = ask(c, now);
  return !left || left->is_within;
}

void rate_limiter::note(part& of, account& spender, const budget& budget) {
  ++spender.untold;
  // Limits the list, because a single node never calls take_news(). A caller that finds the list full is listed after
  // one of its next requests.
  if (spender.bucket.left() < budget.burst / 2 && !spender.is_listed && of.spenders.size() < most_spenders) {
    spender.is_listed = true;
    of.spenders.push_back(spender.key);
  }
}

std::string rate_limiter::take_news() {
  spendings out;
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    for (const auto key : std::exchange(part.spenders, {}))
      if (const auto it = part.by_key.find(key); it != part.by_key.end()) {
        auto& spender = *it->second;
        spender.is_listed = false;
        out.of.push_back({key, spender.kind, std::exchange(spender.untold, 0)});
      }
  }
  return out.of.empty() ? std::string{} : runtime::to_json(out);
}

void rate_limiter::receive(std::string_view news, time now) {
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
