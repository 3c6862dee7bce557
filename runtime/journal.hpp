#pragma once

#include "runtime/append_queue.hpp"
#include "runtime/messages.hpp"

#include <functional>
#include <memory>

namespace ainft::persistence {
class session;
}

/// The journal as entities and followers see it; `persistence/` is behind it.
namespace ainft::runtime {

/// A statement that writes rows of a read model. Its parameters are arrays, one element a row (`unnest`), so that one
/// round trip writes what a whole batch of appends projects.
struct write_statement {
  const char* name; ///< unique; the name it is prepared under
  const char* sql;
  size_t columns;
};

/// One row for a write_statement: its parameters as PostgreSQL text, absent for null. Rows with the same `key` in one
/// batch replace each other, the last one wins; rows without a key are all written.
struct row_write {
  const write_statement* statement;
  std::optional<uuid> key;
  std::vector<std::optional<std::string>> values;
};

/// A value as PostgreSQL's text for it; nothing for an empty optional. Ids are uuids there.
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

/// Collects what an event projects.
class row_writes {
public:
  template <class... Values>
  void insert(const write_statement& statement, Values&&... values) {
    rows_.push_back({&statement, std::nullopt, {column_text(std::forward<Values>(values))...}});
  }
  /// The row that stands for the entity `key`: only the latest of a batch is written.
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

/// Asks a journal writer to append events to one entity in one transaction with all that belongs to them. Answered with
/// caf::unit_t after the commit, or errc::append_conflict (another owner wrote first, or an earlier append of this
/// incarnation failed), errc::conflict (a constraint of the read model; nothing was written), errc::unavailable (the database cannot write,
/// or not before `write_before`; nothing was written) or errc::outcome_unknown (the database did not answer). The entity must be loaded
/// anew after a refusal.
struct append {
  uuid entity;
  std::string_view kind;
  uint64_t incarnation = 0; ///< of the entity actor; one that had an append fail is not written for any more
  uint64_t first_sequence = 1;
  std::vector<new_event> events;
  time_point at;
  std::optional<uuid> actor; ///< the user who caused it, none for the platform
  std::vector<row_write> rows;
  std::optional<snapshot> state;
  bool deadline_changed = false;
  std::optional<time_point> deadline;
  std::optional<idempotency_record> idempotency; ///< `before` holds the whole body here
  append_queue::clock::time_point sent = append_queue::clock::now();
  std::optional<append_queue::clock::time_point> write_before; ///< the writer gives up at this time
};

/// Asks a journal reader for an entity: its latest snapshot with the state's version (none has 0), and the events after it.
struct load {
  uuid entity;
  std::string_view kind; ///< where the id is another kind's there is nothing
  uint16_t state_version = 1;
};

struct loaded {
  std::optional<snapshot> state;
  std::vector<committed_event> events;
};

/// Work for a reader's database session. Called once, in the reader's thread; with an error when there is no database.
struct read_job {
  std::function<void(result<persistence::session*>)> run;
};

/// A place in the journal's global order. Transactions are ordered by their ids and events inside one by position, since
/// positions alone may become visible out of order.
struct journal_cursor {
  uint64_t transaction = 0;
  uint64_t position = 0;
  friend auto operator<=>(const journal_cursor&, const journal_cursor&) = default;
};

/// Asks a reader for the events after `after`, of the types in `interests` ("listing.settlement_started"), or of all if there are none,
/// as far as no transaction that is still open could put another event before them.
struct read_journal {
  journal_cursor after;
  std::vector<std::string> interests;
  size_t limit = 200;
};

struct followed_event {
  journal_cursor at;
  std::string kind;
  committed_event event;
};

/// `upto` is where the next read goes on, which is at once when there is `more`: a slice looks through a bounded part of the journal
/// and may have few events or none without having come to the end.
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
  bool backwards = false; ///< stored although it lies before the one that is stored
};

/// How a follower is.
struct follower_status {
  std::string name;
  journal_cursor at;
  uint64_t handled = 0;
  uint64_t failures = 0;
  std::string failing;    ///< the event that it is at and that failed: "listing.settlement_begun"; empty while all is well
  uuid failing_entity;
  std::string last_error; ///< of the latest failure
};

/// Has a follower go on from another place in the journal, answered when that is stored. What was handled before comes again.
struct rewind_follower {
  journal_cursor to;
};

/// A journal writer, and what waits for it. Whoever sends it an append calls queue->enter() first.
struct journal_writer {
  caf::actor actor;
  std::shared_ptr<append_queue> queue;
};

/// The journal's actors on this node.
struct journal {
  std::vector<journal_writer> writers;
  std::vector<caf::actor> readers;
  std::vector<std::string> known_events; ///< "kind.type", all that this program knows; with none, followers meet no unknown ones

  /// Always the same writer for one entity: its appends stay in order.
  [[nodiscard]] const journal_writer& writer_of(const uuid& id) const {
    return writers[std::hash<uuid>{}(id) % writers.size()];
  }
  [[nodiscard]] const caf::actor& reader_of(const uuid& id) const {
    return readers[std::hash<uuid>{}(id) % readers.size()];
  }
};

} // namespace ainft::runtime
