#pragma once

#include "net/http/route.hpp"

#include <array>
#include <mutex>
#include <unordered_map>

namespace ainft::http {

/// Requests a second and how many may come at once, for each class; 0 a second for no limit.
struct rate_settings {
  struct budget {
    double per_second = 0;
    double burst = 0;
  };
  std::array<budget, enum_names(rate_class{}).size()> of{}; ///< by rate_class
};

/// Token buckets, one for each caller and class. A caller is a user, or an address where nobody is signed in.
class rate_limiter {
public:
  explicit rate_limiter(rate_settings settings) : settings_{settings} {}

  /// Takes one token; false if there is none.
  bool allow(const call& c, std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());

private:
  struct bucket {
    double tokens;
    std::chrono::steady_clock::time_point at;
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<uint64_t, bucket> buckets;
  };

  rate_settings settings_;
  std::array<part, 16> parts_;
};

} // namespace ainft::http
