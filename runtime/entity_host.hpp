#pragma once

#include "runtime/journal.hpp"
#include "runtime/quarantine.hpp"
#include "runtime/timers.hpp"

#include <caf/actor_system.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <unordered_map>

namespace ainft::runtime {

struct entity_settings {
  std::chrono::milliseconds idle_timeout{std::chrono::minutes{5}};
  uint32_t snapshot_every = 400; ///< events
  std::chrono::milliseconds rest_timeout{5'000}; ///< as idle_timeout, for one to which nothing more is to happen
  std::function<void(const quarantined&)> on_quarantine; ///< told of each entity that is given up
};

/// Where the entities of this node live: finds the actor of an id, and starts it if it is not in memory. Safe from any
/// thread.
class entity_host {
public:
  entity_host(caf::actor_system& system, const journal& log, const clock& time, entity_settings settings)
    : system_{system}, journal_{log}, clock_{time}, settings_{std::move(settings)}, quarantine_{settings_.on_quarantine} {}

  /// Makes entities of `Domain` known. Before the first use. Defined in runtime/entity.hpp.
  template <class Domain>
  void add();

  /// The actor of `id`, started if need be; for one in quarantine an actor that refuses everything with errc::quarantined. `kind` is one that was added.
  [[nodiscard]] caf::actor find(std::string_view kind, const uuid& id);

  /// The same for an id that was just made: it is not looked for in the journal. (Were it there nevertheless, its first append would be refused.)
  [[nodiscard]] caf::actor begin(std::string_view kind, const uuid& id);

  /// Forgets `id` if `who` is still its actor: the next find starts another one.
  void release(std::string_view kind, const uuid& id, const caf::actor_addr& who);

  /// Asks each entity to leave memory. New ones are not kept from starting.
  void passivate_all();

  [[nodiscard]] size_t count() const;

  /// Numbers the lives of entities, of all kinds together: see append::incarnation.
  [[nodiscard]] uint64_t next_incarnation() noexcept { return incarnations_.fetch_add(1, std::memory_order_relaxed) + 1; }

  [[nodiscard]] const journal& log() const noexcept { return journal_; }
  [[nodiscard]] runtime::quarantine& given_up() noexcept { return quarantine_; }
  [[nodiscard]] runtime::timers& timers() noexcept { return timers_; }
  [[nodiscard]] const clock& time() const noexcept { return clock_; }
  [[nodiscard]] const entity_settings& settings() const noexcept { return settings_; }

private:
  using spawn_function = caf::actor (*)(caf::actor_system&, entity_host&, const uuid&, bool is_new);
  /// An id names one thing of each kind: that a listing has it makes no NFT of it.
  struct name {
    uuid id;
    size_t kind; ///< index into kinds_
    friend bool operator==(const name&, const name&) = default;
  };
  struct name_hash {
    size_t operator()(const name& n) const noexcept { return std::hash<uuid>{}(n.id) * 31 + n.kind; }
  };
  struct alignas(64) part {
    mutable std::mutex mutex;
    std::unordered_map<name, caf::actor, name_hash> actors;
  };

  [[nodiscard]] const caf::actor& refuser();
  [[nodiscard]] caf::actor get(std::string_view kind, const uuid& id, bool is_new);
  [[nodiscard]] size_t index_of(std::string_view kind) const;
  void release(const name& n, const caf::actor_addr& who);

  part& part_of(const uuid& id) { return parts_[std::hash<uuid>{}(id) % parts_.size()]; }

  caf::actor_system& system_;
  const journal& journal_;
  const clock& clock_;
  entity_settings settings_;
  std::vector<std::pair<std::string_view, spawn_function>> kinds_;
  std::array<part, 64> parts_;
  runtime::quarantine quarantine_;
  std::once_flag refuser_started_;
  caf::actor refuser_; ///< in place of those in quarantine
  std::atomic<uint64_t> incarnations_{0};
  runtime::timers timers_;
};

} // namespace ainft::runtime
