#pragma once

#include "runtime/cluster/here.hpp"

#include <memory>

namespace ainft::persistence {

struct membership_settings {
  std::string url; ///< libpq's connection string
  runtime::cluster::member self; ///< without its port, which join() takes
  std::chrono::milliseconds lease{5'000};
  std::chrono::milliseconds beat{500};
  /// Still to be moved out before this node is settled; called in the keeper's thread, often while it says more than 0.
  std::function<size_t()> strangers;
  std::function<void(const std::string& why)> on_death; ///< this node was declared dead; called once
  std::function<void(std::chrono::microseconds)> on_clock; ///< by how much the database's clock is ahead of this machine's
};

/// Keeps this node in the cluster's membership table: joins, extends its lease, learns of changes (PostgreSQL's NOTIFY, and at each beat), ends others whose lease ran
/// out or that too many cannot reach, and leaves. In a thread and with a connection of its own, so that nothing else that waits for the database ends a lease.
///
/// A node's own lease is counted from before it asked for it, so that it ends here before it ends there. One that could not reach the database judges nobody until it
/// has been back for a whole lease: after PostgreSQL was away for all, nobody is dead.
class membership_keeper {
public:
  membership_keeper(runtime::cluster::here& self, membership_settings settings);
  ~membership_keeper();

  /// Joins as the node that others reach at `port`, and gives the first membership to `here`. Throws pqxx::failure or
  /// pqxx::broken_connection.
  void join(uint16_t port);

  /// Begins to keep it. After join.
  void start();

  /// Has the table read soon.
  void refresh() noexcept;

  void suspect(const runtime::uuid& node, bool is_suspected);

  /// Says that this node serves no more entities from now on.
  void begin_leaving();

  /// The same, and waits until it is settled and the others have it in their placement, `patience` at the most.
  void leave(std::chrono::milliseconds patience);

  /// Takes this node out of the table, and ends the thread.
  void stop();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::persistence
