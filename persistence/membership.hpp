#pragma once

#include "runtime/cluster/local_shards.hpp"

#include <memory>

namespace ainft::persistence {

struct membership_settings {
  std::string url;               ///< connection string for libpq
  runtime::cluster::member self; ///< without the port, which join() gets
  std::chrono::milliseconds lease{5'000};
  std::chrono::milliseconds beat{500};
  /// Returns the number of entities that must leave before this node is settled. Called in the keeper's thread, often
  /// while it returns more than 0.
  std::function<size_t()> foreign;
  std::function<void(const std::string& why)> on_death; ///< called once if this node is declared dead
  /// Gets the lead of the database's clock over this machine's clock.
  std::function<void(std::chrono::microseconds)> on_clock;
};

/// Maintains this node's row in the membership table. It joins, renews the lease, learns of changes (PostgreSQL's
/// NOTIFY, and each heartbeat), declares other nodes dead, and leaves. A node is declared dead if its lease expires or
/// if too many nodes cannot reach it. The keeper has its own thread and connection, so that other database work cannot
/// let the lease expire.
///
/// A node counts its lease from before the renewal request, so that the lease expires on the node before it expires in
/// the table. A node may declare others dead for an expired lease only after it has renewed its own lease for one full
/// lease period. So no node is declared dead after an outage of PostgreSQL for all nodes.
class membership_keeper {
public:
  membership_keeper(runtime::cluster::local_shards& self, membership_settings settings);
  ~membership_keeper();

  /// Joins as the node that others reach at `port`, and passes the first membership to the local_shards. Throws
  /// pqxx::failure or pqxx::broken_connection.
  void join(uint16_t port);

  /// Starts the thread. Call it after join().
  void start();

  /// Requests a new read of the table soon.
  void refresh() noexcept;

  void suspect(const runtime::uuid& node, bool is_suspected);

  /// Announces that this node serves no more entities.
  void begin_leaving();

  /// The same, and waits until this node and all others are settled without it, for at most `patience`.
  void leave(std::chrono::milliseconds patience);

  /// Removes this node from the membership and ends the thread.
  void stop();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::persistence
