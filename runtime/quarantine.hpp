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
  std::string reason; ///< of the latest failure
  uint32_t failures = 0;
  time_point since; ///< the first failure
};

/// Entities that cannot be rebuilt from the journal. After `most_failures` failed loads in a row, this node does not
/// load the entity again until an operator releases it, so that one broken entity costs the others nothing. Safe from
/// any thread.
class quarantine {
public:
  static constexpr uint32_t most_failures = 3;

  /// Calls `on_entry` once for each entity that enters quarantine.
  explicit quarantine(std::function<void(const quarantined&)> on_entry) : on_entry_{std::move(on_entry)} {}

  /// Call failed() after a failed load, and loaded() after a successful one.
  void failed(std::string_view kind, const uuid& id, std::string reason, time_point now);
  void loaded(std::string_view kind, const uuid& id);

  [[nodiscard]] bool holds(std::string_view kind, const uuid& id) const;
  [[nodiscard]] std::vector<quarantined> all() const;

  /// Allows loads again. Returns false if no failure of the entity is recorded.
  bool release(std::string_view kind, const uuid& id);

private:
  using name = std::pair<std::string, uuid>;

  std::function<void(const quarantined&)> on_entry_;
  mutable std::mutex mutex_;
  std::map<name, quarantined> failing_;
  std::atomic<size_t> count_{0}; ///< size of failing_, to avoid the lock while it is empty
};

} // namespace ainft::runtime
