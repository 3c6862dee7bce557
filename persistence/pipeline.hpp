#pragma once

#include "persistence/session.hpp"

typedef struct pg_conn PGconn;

namespace ainft::persistence {

/// A connection whose transactions go to PostgreSQL in one piece, and are answered in one (libpq's pipeline mode): the time of a transaction
/// is its work and one round trip, whatever number of statements it has. Blocking, as session is; a session beside it, since libpqxx 6
/// cannot do this.
class pipeline {
public:
  /// `settings` is SQL that is run on each new connection.
  pipeline(const std::string& url, std::string settings) : url_{noticing_within(url, server_patience)}, settings_{std::move(settings)} {}

  /// Adds a statement to the transaction. What it refers to must live until commit().
  void add(const statement& st, parameters with);

  /// Runs what was added as one transaction, and forgets it. Throws pqxx::sql_error where PostgreSQL refuses one of the statements: nothing was
  /// done then; and pqxx::broken_connection where there is no answer: whether it was done is not known.
  void commit();

  /// Whether the latest commit() that threw pqxx::broken_connection had begun to send its statements; if not, nothing was done.
  [[nodiscard]] bool was_sent() const noexcept { return was_sent_; }

  /// Forgets the connection; the next commit() makes a new one.
  void drop() noexcept;

private:
  struct close {
    void operator()(PGconn* c) const;
  };
  struct queued {
    statement st;
    parameters with;
  };

  void open();
  void prepare(const statement& st);
  void send(const queued& q);
  void read_answers(size_t count);
  [[noreturn]] void give_up();

  std::string url_;
  std::string settings_;
  std::unique_ptr<PGconn, close> connection_;
  std::unordered_set<std::string> prepared_;
  std::vector<queued> queued_;
  bool was_sent_ = false;
};

} // namespace ainft::persistence
