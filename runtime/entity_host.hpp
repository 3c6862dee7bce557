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

/// A message that no entity accepted.
struct dead_letter {
  time_point at;
  std::string kind;
  uuid id;
  std::string message; ///< name of the message
  std::string reason;
};

/// The names of a message's parts, for operators.
[[nodiscard]] std::string message_name(const caf::message& m);

/// The latest dead letters. Safe from any thread.
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
  uint32_t snapshot_every = 400;                         ///< events
  std::chrono::milliseconds rest_timeout{5'000};         ///< idle timeout of an entity that is at rest
  std::function<void(const quarantined&)> on_quarantine; ///< called for each entity that enters quarantine
  std::function<bool(const uuid&)> is_here; ///< whether the entities with this id live on this node; absent: all do
  size_t in_flight_limit = 1'000;           ///< commands of one entity that may wait for the journal
};

/// Holds the entities of this node. Finds the actor of an id, and starts it if it is not in memory. Safe from any
/// thread.
class entity_host {
public:
  entity_host(caf::actor_system& system, const journal& log, const clock& time, entity_settings settings)
    : system_{system}, journal_{log}, clock_{time}, settings_{std::move(settings)},
      quarantine_{settings_.on_quarantine},
      quarantined_{start_refuser(errc::quarantined, "the entity's state cannot be read; operators were notified")},
      moved_{start_refuser(errc::moved, "another node serves this entity; retry")}, stopping_{start_refuser(
                                                                                      errc::unavailable,
                                                                                      "this node is stopping")} {}

  /// Registers the entity kind `Domain`. Call it before the first use. Defined in runtime/entity.hpp.
  template <class Domain>
  void add();

  /// Returns the actor of `id`, and starts it if necessary. For an entity in quarantine, it returns an actor that
  /// refuses every message with errc::quarantined. For an entity of another node, it returns an actor that refuses with
  /// errc::moved. `kind` must be registered.
  [[nodiscard]] caf::actor find(std::string_view kind, const uuid& id);

  /// Like find(), for an id that the caller has just created: the new actor does not read the journal. If the journal
  /// has the id nevertheless, the writer refuses the first append.
  [[nodiscard]] caf::actor begin(std::string_view kind, const uuid& id);

  /// Forgets the actor of `id` if it is still `who`. The next find() starts another one.
  void release(std::string_view kind, const uuid& id, const caf::actor_addr& who);

  /// Asks every entity to leave memory. Does not prevent new ones from starting.
  void passivate_all();

  /// Asks every entity to leave memory, and starts no more: from now on find() returns an actor that refuses with
  /// errc::unavailable. An entity that cannot be loaded ends, too.
  void close();
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }

  /// Asks the entities that no longer live on this node to leave memory. Returns how many of them are still in memory.
  size_t passivate_foreign();

  [[nodiscard]] size_t count() const;

  [[nodiscard]] bool knows(std::string_view kind) const noexcept { return !name_of(kind).empty(); }
  /// The JSON forms of messages for `kind`, which must be registered.
  [[nodiscard]] const message_forms& forms_of(std::string_view kind) const { return kinds_[index_of(kind)].forms; }
  /// Replays an entity's events; `kind` must be registered.
  [[nodiscard]] result<replay_result> replay(std::string_view kind, const std::vector<committed_event>& events) const {
    return kinds_[index_of(kind)].replay(events);
  }
  /// Returns `kind` as a text that lives as long as the program; empty if the kind is not registered.
  [[nodiscard]] std::string_view name_of(std::string_view kind) const noexcept;
  /// The events of all registered kinds: "kind.type".
  [[nodiscard]] std::vector<std::string> known_events() const;
  /// The number of entities in memory, by kind.
  [[nodiscard]] std::vector<std::pair<std::string_view, size_t>> counts() const;

  /// Returns a new incarnation number, unique among all entities of this node: see append::incarnation.
  [[nodiscard]] uint64_t next_incarnation() noexcept {
    return incarnations_.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  [[nodiscard]] const journal& log() const noexcept { return journal_; }
  [[nodiscard]] runtime::quarantine& quarantine() noexcept { return quarantine_; }
  [[nodiscard]] runtime::dead_letters& dead_letters() noexcept { return dead_letters_; }
  [[nodiscard]] runtime::timers& timers() noexcept { return timers_; }
  [[nodiscard]] const clock& time() const noexcept { return clock_; }
  [[nodiscard]] const entity_settings& settings() const noexcept { return settings_; }

private:
  struct kind_entry {
    std::string_view name;
    caf::actor (*spawn)(caf::actor_system&, entity_host&, const uuid&, bool is_new);
    message_forms forms;
    result<replay_result> (*replay)(const std::vector<committed_event>&);
    std::vector<std::string> events;
  };
  /// One id can name one entity of each kind: a listing and an NFT with the same id are two entities.
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
  /// Refuse messages for entities in quarantine, for those on other nodes, and while the node stops.
  caf::actor quarantined_, moved_, stopping_;
  std::atomic<bool> closed_{false};
  std::atomic<uint64_t> incarnations_{0};
  runtime::dead_letters dead_letters_;
  runtime::timers timers_;
};

} // namespace ainft::runtime
