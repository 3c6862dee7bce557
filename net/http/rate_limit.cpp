#include "net/http/rate_limit.hpp"

namespace ainft::http {

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

bool token_bucket::is_full(const budget& of, time now) const {
  return std::chrono::duration<double>(now - at_).count() * of.per_second > of.burst;
}

bool rate_limiter::allow(const call& c, std::chrono::steady_clock::time_point now) {
  const auto kind = static_cast<size_t>(c.at->rate);
  const auto& budget = settings_.of[kind];
  if (budget.per_second <= 0)
    return true;
  const auto caller = c.who.user.is_nil() ? std::hash<std::string>{}(c.peer) : std::hash<runtime::uuid>{}(c.who.user);
  const auto key = caller * 31 + kind;
  auto& part = parts_[key % parts_.size()];
  std::lock_guard guard{part.mutex};
  if (part.buckets.size() > 100'000) // full buckets say nothing
    std::erase_if(part.buckets, [&](const auto& b) { return b.second.is_full(budget, now); });
  return part.buckets.try_emplace(key, budget, now).first->second.take(budget, now);
}

} // namespace ainft::http
