#pragma once

#include "actors/realtime/hub.hpp"
#include "persistence/database.hpp"

namespace ainft::realtime {

/// The stored state of a client that comes back.
struct remembered_client {
  runtime::uuid user;
  std::vector<subscriber::subscription> subscriptions;
};

/// Stores the clients' subscriptions in rows. So a client can come back after a lost connection or the crash of a node,
/// on any node. An actor with its own thread and database connection writes many rows in one transaction.
class client_store {
public:
  using written = std::function<void(runtime::result<caf::unit_t>)>;

  /// A disconnected client's row is kept for `window`.
  client_store(caf::actor_system& system, std::string postgres_url, std::chrono::seconds window);

  /// Writes a client's row. Calls `then` after the commit, or with errc::unavailable.
  void put(const std::string& pid, const runtime::uuid& user,
           const std::vector<subscriber::subscription>& subscriptions, written then);

  /// The client has disconnected. From now on, it has `window` to come back.
  void release(const std::string& pid);

  /// Deletes the row of a client that has left on purpose.
  void erase(const std::string& pid);

  /// The client `pid` of `user`, which has got all events up to `at`. Empty if it is not known (any more), or if `at`
  /// is not a position in this journal. Use it in a query, on a reader's session.
  [[nodiscard]] static std::optional<remembered_client> find(persistence::session& db, const std::string& pid,
                                                             const runtime::uuid& user,
                                                             const runtime::journal_cursor& at);

  void stop();

private:
  caf::actor writer_;
};

/// Converts subscriptions to the JSON of a row and back. Empty if the JSON is not valid.
[[nodiscard]] std::string subscriptions_json(const std::vector<subscriber::subscription>& subscriptions);
[[nodiscard]] std::optional<std::vector<subscriber::subscription>> parse_subscriptions(std::string_view json);

} // namespace ainft::realtime
