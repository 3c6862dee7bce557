#pragma once

#include "net/http/route.hpp"

#include <array>
#include <list>
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

  /// Takes what was spent elsewhere, even where there is not as much: up to a whole burst is owed then.
  void spend(const budget& of, time now, double tokens);

  /// Has no more left than `other`.
  void lower_to(token_bucket other, const budget& of, time now);

  /// As of the last call.
  [[nodiscard]] double left() const noexcept { return tokens_; }

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
  size_t callers = 100'000; ///< by class; at most so many have an account of their own
};

/// Token buckets, one for each caller and class. A caller is a user, or where nobody is signed in an address (see rate_source). The nodes of a cluster tell each other what callers spend
/// who are short of tokens, so that a caller has one budget in all of it, but for what is spent in the moments between. Safe from any thread.
///
/// Memory is bounded and a call takes constant time. When there are more callers than accounts, the one that was not used for the longest makes room. What it lacks of a full
/// burst goes into one of a fixed number of traces, found by its key; a caller without an account begins with what its trace has. So nobody gets a new burst
/// by having many addresses push it out: at worst newcomers begin with less, and a trace fills up as a bucket does. Accounts and traces are found by a key that is mixed with
/// a secret of the process, so that nobody can aim at another's.
class rate_limiter {
public:
  using time = token_bucket::time;

  explicit rate_limiter(rate_settings settings);

  /// Takes one token; false if there is none.
  bool allow(const call& c, time now = std::chrono::steady_clock::now());

  /// What was spent here since the last call by those who have less than half of their burst left, as JSON for other nodes; empty where that is nobody.
  [[nodiscard]] std::string take_news();
  /// Takes what another node told. What cannot be read is passed over.
  void hear(std::string_view news, time now = std::chrono::steady_clock::now());

  /// Accounts that there are.
  [[nodiscard]] size_t size();

private:
  static constexpr size_t traces_of_class = 1024; ///< in each part

  struct account {
    uint64_t key;
    token_bucket bucket;
    rate_class kind;
    uint32_t untold = 0;    ///< spent here, and not told
    bool is_listed = false; ///< in `spenders`
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::list<account> accounts;                                         ///< the latest used first
    std::unordered_map<uint64_t, std::list<account>::iterator> by_key;   ///< by caller and class
    std::vector<uint64_t> spenders;                                      ///< to be told
    std::vector<token_bucket> traces;                                    ///< of those that made room, by class and key
  };

  [[nodiscard]] const budget& budget_of(rate_class kind) const { return settings_.of[static_cast<size_t>(kind)]; }
  [[nodiscard]] uint64_t mixed(uint64_t key) const;
  part& part_of(uint64_t key) { return parts_[mixed(key) % parts_.size()]; }
  token_bucket& trace_of(part& p, uint64_t key, rate_class kind) const;
  account& account_of(part& p, uint64_t key, rate_class kind, time now) const;
  void make_room(part& p, time now) const;

  rate_settings settings_;
  uint64_t secret_;
  std::array<part, 16> parts_;
};

} // namespace ainft::http
