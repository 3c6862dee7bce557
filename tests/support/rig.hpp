#pragma once

#include "persistence/deadline_sweeper.hpp"
#include "persistence/journal_reader.hpp"
#include "persistence/migrate.hpp"
#include "persistence/start_journal.hpp"
#include "runtime/cluster/router.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/reply_port.hpp"
#include "runtime/scheduler.hpp"
#include "tests/support/counter.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <gtest/gtest.h>

#include <future>

/// The environment of integration tests: a separate database for each test, in the PostgreSQL server that
/// tools/shell/with_services started, and nodes that use it.
namespace ainft::rig {

/// A new, migrated database with the table `counters`.
class test_database {
public:
  test_database();
  /// A copy of another database, which must have no connections.
  explicit test_database(const test_database& of);
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  /// Runs one statement and returns its first field; empty if there is none.
  std::string ask(const std::string& sql) const;

private:
  std::string url_;
};

/// Waits until `look` returns true. Fails the test after ten seconds.
void until(const std::function<bool()>& look, const char* what);

/// A node without HTTP: a journal, its entities and a port for requests to them.
class node {
public:
  /// The node knows `later_events` in addition to the events of its kinds.
  explicit node(const test_database& db, runtime::entity_settings settings = {},
                const std::vector<std::string>& later_events = {});
  ~node();

  template <class Command>
  std::future<runtime::result<runtime::answer>> give(const runtime::uuid& id, Command c) {
    return ask(id, runtime::command_message(runtime::command_context{}, std::move(c)));
  }
  std::future<runtime::result<runtime::answer>> look_at(const runtime::uuid& id) {
    return ask(id, caf::make_message(runtime::get_view{}));
  }
  std::future<runtime::result<runtime::answer>> ask(const runtime::uuid& id, caf::message m);

  /// The view of an entity, which must exist.
  counter::view view(const runtime::uuid& id);

  struct with_scheduler : caf::actor_system_config {
    with_scheduler() { runtime::use_scheduler(*this); }
  } config;
  caf::actor_system system{config};
  runtime::journal log;
  runtime::entity_host host;
  runtime::reply_port port{system};
  runtime::cluster::router entities{system, host, port};
  persistence::database db{log};
  std::vector<caf::actor> others; ///< end with the node
};

} // namespace ainft::rig
