#pragma once

#include "persistence/session.hpp"

using PGconn = struct pg_conn;

namespace ainft::persistence {

/// A connection that sends each transaction as one batch and reads all answers as one batch (libpq's pipeline mode). A
/// transaction of prepared statements takes its work and one round trip, whatever the number of its statements. It
/// blocks, as session does. It is separate from session because libpqxx 6 does not support pipelines.
class pipeline {
public:
  /// Runs the SQL in `settings` on each new connection.
  pipeline(const std::string& url, std::string settings)
    : url_{noticing_within(url, server_patience)}, settings_{std::move(settings)} {}

  /// Adds a statement to the transaction. The texts of `st` must live until commit().
  void add(const statement& st, parameters with);

  /// Runs the added statements as one transaction, and removes them. Throws pqxx::sql_error if PostgreSQL refuses a
  /// statement: nothing was done. Throws pqxx::broken_connection if there is no answer: the outcome is unknown if
  /// was_sent().
  void commit();

  /// Whether the latest commit() that threw pqxx::broken_connection had started to send its statements. If not, nothing
  /// was done.
  [[nodiscard]] bool was_sent() const noexcept { return was_sent_; }

  /// Drops the connection. The next commit() opens a new one.
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
