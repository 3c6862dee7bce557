#pragma once

#include "net/http/route.hpp"

#include <array>
#include <mutex>
#include <unordered_map>

namespace ainft::http {

/// Requests a second and how many may come at once; 0 a second for no limit.
struct budget {
  double per_second = 0;
  double burst = 0;
};

/// What is left of a budget. Begins full.
class token_bucket {
public:
  using time = std::chrono::steady_clock::time_point;

  token_bucket(const budget& of, time now) : tokens_{of.burst}, at_{now} {}

  /// Takes one; false if there is none.
  bool take(const budget& of, time now);

  /// Whether there is one.
  bool has_one(const budget& of, time now);

  /// Whether it has filled up again since it was last asked.
  [[nodiscard]] bool is_full(const budget& of, time now) const;

private:
  void fill(const budget& of, time now);

  double tokens_;
  time at_;
};

/// A budget for each class.
struct rate_settings {
  std::array<budget, enum_names(rate_class{}).size()> of{}; ///< by rate_class
};

/// Token buckets, one for each caller and class. A caller is a user, or an address where nobody is signed in.
class rate_limiter {
public:
  explicit rate_limiter(rate_settings settings) : settings_{settings} {}

  /// Takes one token; false if there is none.
  bool allow(const call& c, std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());

private:
  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<uint64_t, token_bucket> buckets;
  };

  rate_settings settings_;
  std::array<part, 16> parts_;
};

} // namespace ainft::http
