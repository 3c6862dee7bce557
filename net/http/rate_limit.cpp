#include "net/http/rate_limit.hpp"

namespace ainft::http {

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
    std::erase_if(part.buckets, [&](const auto& b) {
      return std::chrono::duration<double>(now - b.second.at).count() * budget.per_second > budget.burst;
    });
  auto& b = part.buckets.try_emplace(key, bucket{budget.burst, now}).first->second;
  b.tokens = std::min(budget.burst, b.tokens + std::chrono::duration<double>(now - b.at).count() * budget.per_second);
  b.at = now;
  if (b.tokens < 1)
    return false;
  b.tokens -= 1;
  return true;
}

} // namespace ainft::http
