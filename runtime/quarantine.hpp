#pragma once

#include "runtime/values.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace ainft::runtime {

/// An entity that cannot be loaded.
struct quarantined {
  std::string kind;
  uuid id;
  std::string reason; ///< of the last failure
  uint32_t failures = 0;
  time_point since; ///< the first of them
};

/// Entities whose state cannot be made again from the journal. After a few attempts in a row nobody tries any more, until an operator lets it be tried, so that
/// one broken thing costs the others nothing. Safe from any thread.
class quarantine {
public:
  static constexpr uint32_t most_failures = 3;

  /// `on_entry` is called for each that comes in, once.
  explicit quarantine(std::function<void(const quarantined&)> on_entry) : on_entry_{std::move(on_entry)} {}

  /// A load failed, or succeeded.
  void failed(std::string_view kind, const uuid& id, std::string reason, time_point now);
  void loaded(std::string_view kind, const uuid& id);

  [[nodiscard]] bool holds(std::string_view kind, const uuid& id) const;
  [[nodiscard]] std::vector<quarantined> all() const;

  /// Lets it be tried again. False if it is not here.
  bool release(std::string_view kind, const uuid& id);

private:
  using name = std::pair<std::string, uuid>;

  std::function<void(const quarantined&)> on_entry_;
  mutable std::mutex mutex_;
  std::map<name, quarantined> failing_;
  std::atomic<size_t> count_{0}; ///< of failing_, so that nobody locks while there is nothing
};

} // namespace ainft::runtime
