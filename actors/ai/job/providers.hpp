#pragma once

#include "net/ai/provider.hpp"
#include "net/http/rate_limit.hpp"
#include "runtime/codec/describe.hpp"

#include <utility>
#include <vector>

namespace ainft::ai_job {

/// The prices of a provider's work, in credits.
struct provider_prices {
  uint32_t picture = 0;        ///< per picture
  uint32_t million_tokens = 0; ///< input and output; the total of a job is rounded up
  uint32_t fine_tune = 0;      ///< per fine-tune

  /// The price of this many tokens, rounded up.
  [[nodiscard]] uint64_t of_tokens(uint64_t tokens) const {
    constexpr uint64_t million = 1'000'000;
    return (tokens * million_tokens + million - 1) / million;
  }
};

/// Limits on this node's use of a provider.
struct provider_limits {
  uint32_t at_once = 0;    ///< jobs; 0 for no limit
  uint32_t per_minute = 0; ///< started jobs; 0 for no limit
};

/// A provider as users and operators see it.
struct provider_view {
  static constexpr std::string_view api_name = "AiProvider";
  std::string name;
  ai::health status = ai::health::up;
  std::optional<std::string> problem;
  std::vector<ai::work> makes;
};
AINFT_DESCRIBE(provider_view, (name, about("The name by which orders select it.")),
               (status,
                about("`down`: it failed repeatedly, and its jobs wait. `recovering`: it gets one job at a time.")),
               (problem, about("What is wrong with it, if it is not `up`.")),
               (makes, about("The kinds of jobs that it can do.")))
AINFT_ABOUT(provider_view, "A provider of AI work, as the node that answers sees it.")

/// The providers of this node by name, and their load. Call add() before all other functions; those are thread-safe.
class providers {
public:
  void add(std::unique_ptr<ai::provider> p, provider_limits limits = {}, provider_prices prices = {});

  [[nodiscard]] ai::provider* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::vector<provider_view> views() const;

  /// The number of jobs that may start now, at most `most`. None while the provider is down; one at a time while it
  /// recovers.
  [[nodiscard]] size_t room_of(std::string_view name, size_t most);

  [[nodiscard]] provider_prices prices_of(std::string_view name) const;

  /// Reserves a place for a job that starts. Returns false if there is none.
  bool begin(std::string_view name);
  void end(std::string_view name);

private:
  struct entry {
    std::unique_ptr<ai::provider> provider;
    provider_limits limits;
    provider_prices prices;
    http::budget budget;
    http::token_bucket tokens;
    size_t running = 0;
  };

  [[nodiscard]] const entry* entry_of(std::string_view name) const;
  [[nodiscard]] entry* entry_of(std::string_view name) {
    return const_cast<entry*>(std::as_const(*this).entry_of(name));
  }
  static size_t room(entry& e, size_t most, http::token_bucket::time now);

  mutable std::mutex mutex_;
  std::vector<entry> all_;
};

} // namespace ainft::ai_job
