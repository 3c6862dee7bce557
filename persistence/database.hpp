#pragma once

#include "persistence/session.hpp"
#include "runtime/journal.hpp"
#include "runtime/reply_table.hpp"

#include <caf/send.hpp>

#include <spdlog/spdlog.h>

#include <atomic>

namespace ainft::persistence {

/// Runs queries on the journal's readers, whose threads may block.
class database {
public:
  using session_type = session;

  explicit database(const runtime::journal& log) : journal_{log} {}

  /// Runs `query(session&)` in a reader's thread and passes its result to `done`, from any thread. A violated
  /// constraint becomes errc::conflict, a lost connection errc::unavailable. A query that writes must be one statement.
  template <class Query, class Done>
  void run(Query query, Done done) const {
    using value = decltype(query(std::declval<session&>()));
    const auto shared = std::make_shared<Done>(std::move(done));
    const auto number = waiting_->put(
      [shared](runtime::result<caf::message> failed) { (*shared)(runtime::result<value>{std::move(failed.error())}); },
      runtime::reply_table::clock::now() + query_patience);
    const auto& reader = journal_.queries[next_.fetch_add(1, std::memory_order_relaxed) % journal_.queries.size()];
    caf::anon_send(reader,
                   runtime::read_job{[query = std::move(query), shared, number, waiting = waiting_](auto db) mutable {
                     if (!waiting->has(number))
                       return;
                     auto got = db ? attempt<value>(query, **db) : runtime::result<value>{std::move(db.error())};
                     if (waiting->take(number))
                       (*shared)(std::move(got));
                   }});
  }

  /// Fails overdue queries with errc::unavailable. Called regularly.
  void expire() const { waiting_->expire(runtime::reply_table::clock::now(), silent()); }

  /// Fails all pending queries with errc::unavailable, whatever their outcome in the database.
  void give_up() const { waiting_->fail_all(silent()); }

private:
  /// A little longer than PostgreSQL's statement_timeout: see connection_settings.
  static constexpr std::chrono::seconds query_patience{40};

  static caf::error silent() { return runtime::refuse(runtime::errc::unavailable, "the database does not respond"); }

  template <class Value, class Query>
  static runtime::result<Value> attempt(Query& query, session& db) {
    using runtime::errc;
    try {
      return query(db);
    } catch (const pqxx::broken_connection& e) {
      spdlog::warn("database: {}", e.what());
      db.drop();
      return silent();
    } catch (const pqxx::sql_error& e) {
      if (e.sqlstate().starts_with("23"))
        return explain_violation(e);
      spdlog::error("database: {}", e.what());
      return runtime::refuse(errc::unavailable, "the database query failed");
    } catch (const std::exception& e) {
      spdlog::error("database: {}", e.what());
      return runtime::refuse(errc::internal, "");
    }
  }

  const runtime::journal& journal_;
  mutable std::atomic<size_t> next_{0};
  std::shared_ptr<runtime::reply_table> waiting_ = std::make_shared<runtime::reply_table>();
};

} // namespace ainft::persistence
