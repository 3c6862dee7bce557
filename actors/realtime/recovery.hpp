#pragma once

#include "actors/realtime/hub.hpp"
#include "persistence/database.hpp"

namespace ainft::realtime {

/// What a client that comes back goes on with.
struct remembered_client {
  runtime::uuid user;
  std::vector<subscriber::subscription> subscriptions;
};

/// The rows of the clients, so that they can come back after a lost connection or a lost process, here or on another node. Written
/// by an actor with a thread and a connection of its own, many in one transaction.
class client_store {
public:
  using written = std::function<void(runtime::result<caf::unit_t>)>;

  /// `window` is for how long a client that has gone is remembered.
  client_store(caf::actor_system& system, std::string postgres_url, std::chrono::seconds window);

  /// Writes a client's row as it is now; `then` is called after the commit, or with errc::unavailable.
  void put(const std::string& pid, const runtime::uuid& user, const std::vector<subscriber::subscription>& subscriptions, written then);

  /// The client's connection is gone; from now on it has the window's time to come back.
  void release(const std::string& pid);

  /// Forgets a client that has left by itself.
  void erase(const std::string& pid);

  /// The client `pid` of `user`, which was given everything up to `at`; nothing where it is not known (any more), or where `at` is no place in this
  /// journal. A query's function: call it on a reader's session.
  [[nodiscard]] static std::optional<remembered_client> find(persistence::session& db, const std::string& pid, const runtime::uuid& user,
                                                             const runtime::journal_cursor& at);

  /// Ends the actor.
  void stop();

private:
  caf::actor writer_;
};

/// A room's subscription as the row has it, and back; nothing for what is none.
[[nodiscard]] std::string subscriptions_json(const std::vector<subscriber::subscription>& subscriptions);
[[nodiscard]] std::optional<std::vector<subscriber::subscription>> parse_subscriptions(std::string_view json);

} // namespace ainft::realtime
