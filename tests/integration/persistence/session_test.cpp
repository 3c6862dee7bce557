#include "persistence/pipeline.hpp"
#include "tests/support/rig.hpp"

#include <filesystem>
#include <sstream>

namespace {

using namespace ainft;
using namespace ainft::persistence;

constexpr statement whose{"test_whose", "select pg_backend_pid()"};
constexpr statement count_one{"test_count_one", "insert into counters (total) values (1)"};

/// Ends all other connections to the database, as a restart of PostgreSQL does. Waits until their processes are gone,
/// and with them their sockets.
void end_connections(const rig::test_database& db) {
  db.ask("create view others as select pid from pg_stat_activity "
         "where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
  std::istringstream pids{db.ask("select string_agg(pid::text, ' ') from others")};
  db.ask("select pg_terminate_backend(pid) from others");
  for (std::string pid; pids >> pid;)
    rig::until([&] { return !std::filesystem::exists("/proc/" + pid); }, "a connection's end");
}

} // namespace

TEST(session, notices_before_a_statement_that_the_server_has_closed_the_connection) {
  rig::test_database db;
  session s{db.url()};
  const std::string before = s.run(whose)[0][0].c_str();
  end_connections(db);
  EXPECT_NE(s.run(whose)[0][0].c_str(), before);
}

TEST(session, reports_a_connection_that_breaks_inside_a_transaction) {
  rig::test_database db;
  session s{db.url()};
  pqxx::work tx{s.open()};
  s.run(tx, whose);
  end_connections(db);
  EXPECT_THROW(s.run(tx, count_one), pqxx::broken_connection);
}

TEST(pipeline, notices_before_a_transaction_that_the_server_has_closed_the_connection) {
  rig::test_database db;
  pipeline p{db.url(), ""};
  p.add(count_one, parameters{});
  p.commit();
  end_connections(db);
  p.add(count_one, parameters{});
  p.commit();
  EXPECT_EQ(db.ask("select count(*) from counters"), "2");
}
