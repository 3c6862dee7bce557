#pragma once

#include "net/http/route.hpp"

#include <array>
#include <list>
#include <mutex>
#include <unordered_map>

namespace ainft::http {

/// The rate in requests per second, and the burst size. 0 per second means no limit.
struct budget {
  double per_second = 0;
  double burst = 0;
};

/// The token bucket of a budget. It starts full.
class token_bucket {
public:
  using time = std::chrono::steady_clock::time_point;

  token_bucket(const budget& of, time now) : tokens_{of.burst}, at_{now} {}

  /// Takes one token. False if there is none.
  bool take(const budget& of, time now);

  /// Whether there is a token.
  bool has_one(const budget& of, time now);

  /// Takes tokens that were spent on another node. The bucket may become negative, down to minus one burst.
  void spend(const budget& of, time now, double tokens);

  /// Lowers the number of tokens to that of `other`, if that is smaller.
  void lower_to(token_bucket other, const budget& of, time now);

  /// The number of tokens as of the last call.
  [[nodiscard]] double left() const noexcept { return tokens_; }

  /// The number of seconds until the bucket has one whole token more than as of the last call.
  [[nodiscard]] double until_next(const budget& of) const;

  /// Whether the bucket has become full again since the last call.
  [[nodiscard]] bool is_full(const budget& of, time now) const;

private:
  void fill(const budget& of, time now);

  double tokens_;
  time at_;
};

/// A budget per rate class.
struct rate_settings {
  std::array<budget, enum_names(rate_class{}).size()> of{}; ///< indexed by rate_class
  size_t callers = 100'000; ///< maximum number of accounts; there is one per caller and class
};

/// Token buckets, one per caller and class. A caller is a user or, if nobody is signed in, an address (see
/// rate_source). The nodes of a cluster report the spending of callers with few tokens to each other. So a caller has
/// one budget in the whole cluster, except for requests between two reports. Safe from any thread.
///
/// Memory is bounded, and a call takes constant time. When there are more callers than accounts, the least recently
/// used account is evicted. Its missing tokens are kept in one of a fixed number of traces, selected by its key. A
/// caller without an account starts with the tokens of its trace. So nobody gets a new burst by evicting an account
/// with many addresses: at worst, new callers start with fewer tokens, and a trace refills like a bucket. The key is
/// mixed with a secret of the process, so that nobody can target another caller's account or trace.
class rate_limiter {
public:
  using time = token_bucket::time;

  explicit rate_limiter(rate_settings settings);

  /// Takes one token, if there is one, and returns what is left. Nothing if the class has no limit.
  std::optional<rate_left> ask(const call& c, time now = std::chrono::steady_clock::now());
  /// The same, for those who want to know only whether there was a token.
  bool allow(const call& c, time now = std::chrono::steady_clock::now());

  /// Returns the unreported spending of callers that have spent tokens since the last call and had less than half of
  /// their burst left, as JSON for other nodes. Empty if there is none.
  [[nodiscard]] std::string take_news();
  /// Applies the spending that another node reports. Ignores text that it cannot parse.
  void receive(std::string_view news, time now = std::chrono::steady_clock::now());

  /// The number of accounts.
  [[nodiscard]] size_t size();

private:
  static constexpr size_t traces_of_class = 1024; ///< per part

  struct account {
    uint64_t key;
    token_bucket bucket;
    rate_class kind;
    uint32_t untold = 0;    ///< tokens spent here and not yet reported
    bool is_listed = false; ///< the account is in `spenders`
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::list<account> accounts;                                       ///< most recently used first
    std::unordered_map<uint64_t, std::list<account>::iterator> by_key; ///< by caller and class
    std::vector<uint64_t> spenders;                                    ///< keys of accounts to report
    std::vector<token_bucket> traces; ///< what evicted accounts had left, by class and key
  };

  [[nodiscard]] const budget& budget_of(rate_class kind) const { return settings_.of[static_cast<size_t>(kind)]; }
  [[nodiscard]] uint64_t mixed(uint64_t key) const;
  part& part_of(uint64_t key) { return parts_[mixed(key) % parts_.size()]; }
  token_bucket& trace_of(part& p, uint64_t key, rate_class kind) const;
  account& account_of(part& p, uint64_t key, rate_class kind, time now) const;
  void make_room(part& p, time now) const;
  /// Notes a token that was taken, for take_news().
  static void note(part& of, account& spender, const budget& budget);

  rate_settings settings_;
  uint64_t secret_;
  std::array<part, 16> parts_;
};

} // namespace ainft::http
