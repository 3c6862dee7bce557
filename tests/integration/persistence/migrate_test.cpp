#include "persistence/migrate.hpp"
#include "tests/support/rig.hpp"

#include <thread>

namespace {

using namespace ainft;
using namespace ainft::persistence;

} // namespace

TEST(migrate, does_nothing_the_second_time) {
  rig::test_database db;
  session s{db.url()};
  EXPECT_EQ(migrate(s), 0u);
  EXPECT_EQ(db.ask("select count(*) from schema_migrations"), std::to_string(built_in_migrations().size()));
}

TEST(migrate, refuses_a_migration_that_was_changed_after_it_was_applied) {
  rig::test_database db;
  session s{db.url()};
  std::vector<migration> changed{built_in_migrations().begin(), built_in_migrations().end()};
  changed[0].sql = "select 1";
  EXPECT_THROW(migrate(s, changed), std::runtime_error);
}

TEST(migrate, refuses_a_database_that_is_ahead_of_the_program) {
  rig::test_database db;
  session s{db.url()};
  EXPECT_THROW(migrate(s, built_in_migrations().first(1)), std::runtime_error);
}

TEST(migrate, leaves_nothing_of_one_that_fails) {
  rig::test_database db;
  session s{db.url()};
  std::vector<migration> more{built_in_migrations().begin(), built_in_migrations().end()};
  more.push_back({"9999_broken", "create table half_way (n int); select no_such_function()"});
  EXPECT_THROW(migrate(s, more), pqxx::sql_error);
  EXPECT_EQ(db.ask("select count(*) from pg_tables where tablename = 'half_way'"), "0");
}

TEST(migrate, is_done_once_by_nodes_that_start_together) {
  rig::test_database db;
  std::vector<migration> more{built_in_migrations().begin(), built_in_migrations().end()};
  more.push_back({"9999_slow", "select pg_sleep(0.2); create table made_once (n int)"});
  std::atomic<size_t> applied = 0;
  std::vector<std::thread> nodes;
  for (int i = 0; i < 4; ++i)
    nodes.emplace_back([&] {
      session s{db.url()};
      applied += migrate(s, more);
    });
  for (auto& t : nodes)
    t.join();
  EXPECT_EQ(applied, 1u);
}

TEST(journal, is_only_ever_appended_to) {
  rig::test_database db;
  rig::node n{db};
  ASSERT_TRUE(n.give(runtime::uuid::make(), counter::add{1}).get());
  for (const auto* change : {"update journal set type = 'x'", "delete from journal", "truncate journal"})
    EXPECT_THROW(db.ask(change), pqxx::sql_error) << change;
}
