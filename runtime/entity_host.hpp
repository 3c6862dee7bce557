#pragma once

#include "runtime/entity_history.hpp"
#include "runtime/journal.hpp"
#include "runtime/message_forms.hpp"
#include "runtime/quarantine.hpp"
#include "runtime/timers.hpp"

#include <caf/actor_system.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace ainft::runtime {

/// A message that no entity has taken.
struct dead_letter {
  time_point at;
  std::string kind;
  uuid id;
  std::string message; ///< its name
  std::string reason;
};

/// The names of what a message consists of, for people.
[[nodiscard]] std::string message_name(const caf::message& m);

/// The latest of them. Safe from any thread.
class dead_letters {
public:
  static constexpr size_t most = 100;

  void add(dead_letter letter) {
    std::lock_guard guard{mutex_};
    if (all_.size() == most)
      all_.pop_front();
    all_.push_back(std::move(letter));
  }
  [[nodiscard]] std::deque<dead_letter> all() const {
    std::lock_guard guard{mutex_};
    return all_;
  }

private:
  mutable std::mutex mutex_;
  std::deque<dead_letter> all_;
};

struct entity_settings {
  std::chrono::milliseconds idle_timeout{std::chrono::minutes{5}};
  uint32_t snapshot_every = 400; ///< events
  std::chrono::milliseconds rest_timeout{5'000}; ///< as idle_timeout, for one to which nothing more is to happen
  std::function<void(const quarantined&)> on_quarantine; ///< told of each entity that is given up
  std::function<bool(const uuid&)> is_here; ///< whether an id's entities live on this node; absent: all do
  size_t in_flight_limit = 1'000; ///< commands of one entity that wait for the journal
};

/// Where the entities of this node live: finds the actor of an id, and starts it if it is not in memory. Safe from any
/// thread.
class entity_host {
public:
  entity_host(caf::actor_system& system, const journal& log, const clock& time, entity_settings settings)
    : system_{system}, journal_{log}, clock_{time}, settings_{std::move(settings)}, quarantine_{settings_.on_quarantine},
      given_up_{start_refuser(errc::quarantined, "its state cannot be read; operators know of it")},
      moved_{start_refuser(errc::moved, "another node serves it; try again")} {}

  /// Makes entities of `Domain` known. Before the first use. Defined in runtime/entity.hpp.
  template <class Domain>
  void add();

  /// The actor of `id`, started if need be. In place of one in quarantine an actor that refuses everything with errc::quarantined, of one that lives on another
  /// node one that refuses with errc::moved. `kind` is one that was added.
  [[nodiscard]] caf::actor find(std::string_view kind, const uuid& id);

  /// The same for an id that was just made: it is not looked for in the journal. (Were it there nevertheless, its first append would be refused.)
  [[nodiscard]] caf::actor begin(std::string_view kind, const uuid& id);

  /// Forgets `id` if `who` is still its actor: the next find starts another one.
  void release(std::string_view kind, const uuid& id, const caf::actor_addr& who);

  /// Asks each entity to leave memory. New ones are not kept from starting.
  void passivate_all();

  /// Asks those that do not live here any more to leave memory, and says how many are still in it.
  size_t passivate_strangers();

  [[nodiscard]] size_t count() const;

  [[nodiscard]] bool knows(std::string_view kind) const noexcept { return !name_of(kind).empty(); }
  /// How messages for `kind` are written as JSON; `kind` is one that was added.
  [[nodiscard]] const message_forms& forms_of(std::string_view kind) const { return kinds_[index_of(kind)].forms; }
  /// What an entity's events tell; `kind` is one that was added.
  [[nodiscard]] result<retold> retell(std::string_view kind, const std::vector<committed_event>& events) const { return kinds_[index_of(kind)].retell(events); }
  /// The same text as `kind` that lives as long as the program; empty if it is none that was added.
  [[nodiscard]] std::string_view name_of(std::string_view kind) const noexcept;
  /// The events of all kinds that were added: "kind.type".
  [[nodiscard]] std::vector<std::string> known_events() const;
  /// How many entities of each kind are in memory.
  [[nodiscard]] std::vector<std::pair<std::string_view, size_t>> counts() const;

  /// Numbers the lives of entities, of all kinds together: see append::incarnation.
  [[nodiscard]] uint64_t next_incarnation() noexcept { return incarnations_.fetch_add(1, std::memory_order_relaxed) + 1; }

  [[nodiscard]] const journal& log() const noexcept { return journal_; }
  [[nodiscard]] runtime::quarantine& given_up() noexcept { return quarantine_; }
  [[nodiscard]] dead_letters& lost() noexcept { return lost_; }
  [[nodiscard]] runtime::timers& timers() noexcept { return timers_; }
  [[nodiscard]] const clock& time() const noexcept { return clock_; }
  [[nodiscard]] const entity_settings& settings() const noexcept { return settings_; }

private:
  struct kind_entry {
    std::string_view name;
    caf::actor (*spawn)(caf::actor_system&, entity_host&, const uuid&, bool is_new);
    message_forms forms;
    result<retold> (*retell)(const std::vector<committed_event>&);
    std::vector<std::string> events;
  };
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

  [[nodiscard]] caf::actor start_refuser(errc why, std::string detail);
  [[nodiscard]] caf::actor get(std::string_view kind, const uuid& id, bool is_new);
  [[nodiscard]] size_t index_of(std::string_view kind) const;
  void release(const name& n, const caf::actor_addr& who);

  part& part_of(const uuid& id) { return parts_[std::hash<uuid>{}(id) % parts_.size()]; }

  caf::actor_system& system_;
  const journal& journal_;
  const clock& clock_;
  entity_settings settings_;
  std::vector<kind_entry> kinds_;
  std::array<part, 64> parts_;
  runtime::quarantine quarantine_;
  caf::actor given_up_, moved_; ///< in place of those in quarantine, and on other nodes
  std::atomic<uint64_t> incarnations_{0};
  dead_letters lost_;
  runtime::timers timers_;
};

} // namespace ainft::runtime
