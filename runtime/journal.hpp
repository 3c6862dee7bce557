#pragma once

#include "runtime/append_queue.hpp"
#include "runtime/messages.hpp"

#include <functional>
#include <memory>

namespace ainft::persistence {
class session;
}

/// The journal's interface for entities and followers. `persistence/` implements it.
namespace ainft::runtime {

/// A statement that writes rows of a read model. Its parameters are arrays with one element per row (`unnest`), so that
/// one round trip writes all rows of a batch of appends.
struct write_statement {
  const char* name; ///< unique; also the name of the prepared statement
  const char* sql;
  size_t columns;
};

/// One row for a write_statement: its parameters as PostgreSQL text, absent for null. If several rows of one statement
/// in a batch have the same `key`, only the last one is written. Rows without a key are all written.
struct row_write {
  const write_statement* statement;
  std::optional<uuid> key;
  std::vector<std::optional<std::string>> values;
};

/// A value as PostgreSQL text; nothing for an empty optional. A typed id becomes a UUID.
template <class T>
[[nodiscard]] std::optional<std::string> column_text(T&& x) {
  using plain = std::decay_t<T>;
  if constexpr (std::same_as<plain, bool>)
    return x ? "t" : "f";
  else if constexpr (std::is_arithmetic_v<plain>)
    return std::to_string(x);
  else if constexpr (std::convertible_to<T, std::string_view>)
    return std::string{std::string_view{x}};
  else if constexpr (named_enum<plain>)
    return std::string{name_of(x)};
  else if constexpr (requires { x.has_value(); })
    return x.has_value() ? column_text(*x) : std::nullopt;
  else if constexpr (requires { x.get().bytes; })
    return x.get().str();
  else
    return x.str();
}

/// Collects the rows that an event projects.
class row_writes {
public:
  template <class... Values>
  void insert(const write_statement& statement, Values&&... values) {
    rows_.push_back({&statement, std::nullopt, {column_text(std::forward<Values>(values))...}});
  }
  /// Writes the row of the entity `key`. A batch writes only the latest such row.
  template <class... Values>
  void upsert(const write_statement& statement, const uuid& key, Values&&... values) {
    rows_.push_back({&statement, key, {column_text(std::forward<Values>(values))...}});
  }
  [[nodiscard]] std::vector<row_write> take() { return std::move(rows_); }

private:
  std::vector<row_write> rows_;
};

struct new_event {
  std::string_view type;
  uint16_t version;
  std::string payload;
  std::vector<uuid> audience; ///< see committed_event
};

struct snapshot {
  uint64_t sequence = 0;
  uint16_t version = 0; ///< of the state's form
  std::string state;
};

/// Asks a journal writer to append events to one entity, in one transaction with everything else in this message. The
/// writer answers with caf::unit_t after the commit, or with one of these errors:
/// - errc::append_conflict: another owner wrote first, or an earlier append of this incarnation failed.
/// - errc::conflict: the append breaks a constraint of the read model. Nothing was written.
/// - errc::idempotency_in_progress: the idempotency key already has an answer. Nothing was written.
/// - errc::unavailable: the database cannot write, or cannot write before `write_before`. Nothing was written.
/// - errc::outcome_unknown: the database did not answer.
/// - errc::internal: a fault in the program.
///
/// After a refusal, the entity must load its state again.
struct append {
  uuid entity;
  std::string_view kind;
  /// One life of the entity actor; after a failed append, the writer refuses all others of it.
  uint64_t incarnation = 0;
  uint64_t first_sequence = 1;
  std::vector<new_event> events;
  time_point at;
  std::optional<uuid> actor; ///< the user who caused it; none for the platform
  std::vector<row_write> rows;
  std::optional<snapshot> state;
  bool deadline_changed = false;
  std::optional<time_point> deadline;
  std::optional<idempotency_record> idempotency; ///< here, `before` holds the whole body
  append_queue::clock::time_point sent = append_queue::clock::now();
  std::optional<append_queue::clock::time_point> write_before; ///< after this time, the writer refuses the append
};

/// Asks a journal reader for an entity: its latest snapshot with this state version, and the events after it. No
/// snapshot has version 0.
struct load {
  uuid entity;
  std::string_view kind; ///< if the id belongs to another kind, the reader finds nothing
  uint16_t state_version = 1;
};

struct loaded {
  std::optional<snapshot> state;
  std::vector<committed_event> events;
};

/// Work on a reader's database session. The reader calls it once, in its own thread; with an error if there is no
/// database.
struct read_job {
  std::function<void(result<persistence::session*>)> run;
};

/// A place in the journal's global order. Transaction ids order the transactions, and positions order the events in one
/// transaction. Positions alone can become visible out of order.
struct journal_cursor {
  uint64_t transaction = 0;
  uint64_t position = 0;
  friend auto operator<=>(const journal_cursor&, const journal_cursor&) = default;
};

/// Asks a reader for the events after `after` of the types in `event_types` ("listing.settlement_started"), or of all
/// types if `event_types` is empty. The reader stops before the first place where an open transaction could still
/// insert an event.
struct read_journal {
  journal_cursor after;
  std::vector<std::string> event_types;
  size_t limit = 200;
};

struct followed_event {
  journal_cursor at;
  std::string kind;
  committed_event event;
};

/// The next read continues at `upto`; if `more` is true, read again at once. The reader scans a bounded part of the
/// journal, so that a slice can have few events or none although the journal continues.
struct journal_slice {
  std::vector<followed_event> events;
  journal_cursor upto;
  bool more = false;
};

/// A follower's durable cursor.
struct load_cursor {
  std::string follower;
};

struct store_cursor {
  std::string follower;
  journal_cursor cursor;
  bool backwards = false; ///< store it even if it lies before the stored cursor
};

/// The status of a follower.
struct follower_status {
  std::string name;
  journal_cursor at;
  uint64_t handled = 0;
  uint64_t failures = 0;
  std::string failing; ///< the current event if it has failed: "listing.settlement_begun"; else empty
  uuid failing_entity;
  std::string last_error; ///< detail of the latest failure
};

/// Makes a follower continue from another place in the journal. It answers when the cursor is stored. It handles the
/// events after that place again.
struct rewind_follower {
  journal_cursor to;
};

/// A journal writer and its queue. Call queue->enter() before you send it an append.
struct journal_writer {
  caf::actor actor;
  std::shared_ptr<append_queue> queue;
};

/// Journal readers for one purpose. Each has its own thread and connection, so that slow statements of one purpose do
/// not delay another.
using reader_pool = std::vector<caf::actor>;

/// The journal's actors on this node. persistence::start_journal() starts them.
struct journal {
  std::vector<journal_writer> writers;
  reader_pool loads;     ///< load entities
  reader_pool followers; ///< read for followers: cursors, parked keys, and old events
  reader_pool queries;   ///< run the queries of routes and followers, and replays
  caf::actor tail_reader;
  caf::actor tail; ///< see start_journal_tail()
  /// "kind.type", all that this program knows; if empty, followers treat every event as known.
  std::vector<std::string> known_events;

  /// An entity always has the same writer, so that its appends stay in order.
  [[nodiscard]] const journal_writer& writer_of(const uuid& id) const {
    return writers[std::hash<uuid>{}(id) % writers.size()];
  }
  [[nodiscard]] const caf::actor& reader_of(const uuid& id) const {
    return loads[std::hash<uuid>{}(id) % loads.size()];
  }
  [[nodiscard]] const caf::actor& reader_of_follower(std::string_view name) const {
    return followers[std::hash<std::string_view>{}(name) % followers.size()];
  }
  [[nodiscard]] std::vector<caf::actor> all_readers() const {
    std::vector<caf::actor> out;
    for (const auto* pool : {&loads, &followers, &queries})
      out.insert(out.end(), pool->begin(), pool->end());
    out.push_back(tail_reader);
    return out;
  }
};

} // namespace ainft::runtime
