#pragma once

#include "persistence/session.hpp"
#include "runtime/journal.hpp"

#include <caf/send.hpp>

#include <spdlog/spdlog.h>

#include <atomic>

namespace ainft::persistence {

/// Runs queries on the journal's readers, whose threads may block.
class database {
public:
  using session_type = session;

  explicit database(const runtime::journal& log) : journal_{log} {}

  /// Runs `query(session&)` in a reader's thread and hands its result to `done`, also there. A constraint that the
  /// query breaks becomes errc::conflict, a lost connection errc::unavailable. A query that writes is one statement.
  template <class Query, class Done>
  void run(Query query, Done done) const {
    using value = decltype(query(std::declval<session&>()));
    const auto& reader = journal_.readers[next_.fetch_add(1, std::memory_order_relaxed) % journal_.readers.size()];
    caf::anon_send(reader, runtime::read_job{[query = std::move(query), done = std::move(done)](auto db) mutable {
      if (!db)
        return done(runtime::result<value>{std::move(db.error())});
      done(attempt<value>(query, **db));
    }});
  }

private:
  template <class Value, class Query>
  static runtime::result<Value> attempt(Query& query, session& db) {
    using runtime::errc;
    try {
      return query(db);
    } catch (const pqxx::broken_connection& e) {
      spdlog::warn("database: {}", e.what());
      db.drop();
      return runtime::refuse(errc::unavailable, "the database does not answer");
    } catch (const pqxx::sql_error& e) {
      if (e.sqlstate().starts_with("23"))
        return explain_violation(e);
      spdlog::error("database: {}", e.what());
      return runtime::refuse(errc::unavailable, "the database could not answer");
    } catch (const std::exception& e) {
      spdlog::error("database: {}", e.what());
      return runtime::refuse(errc::internal, "");
    }
  }

  const runtime::journal& journal_;
  mutable std::atomic<size_t> next_{0};
};

} // namespace ainft::persistence
