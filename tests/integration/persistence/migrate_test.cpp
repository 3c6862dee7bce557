#include "persistence/migrate.hpp"
#include "tests/support/rig.hpp"

#include <gmock/gmock.h>

#include <regex>
#include <thread>

namespace {

using namespace ainft;
using namespace ainft::persistence;

std::vector<migration> all_and(std::string_view name, std::string_view sql) {
  std::vector<migration> out{built_in_migrations().begin(), built_in_migrations().end()};
  out.push_back({name, sql});
  return out;
}

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

TEST(migrate, refuses_a_migration_that_it_does_not_know_before_it_changes_anything) {
  rig::test_database db;
  session s{db.url()};
  migrate(s, all_and("9998_later", "-- not expand-only: a test\nselect 1"));
  try {
    session other{db.url()};
    migrate(other, all_and("9999_mine", "create table mine (n int)"));
    FAIL() << "it was accepted";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), testing::HasSubstr("has migration 9998_later"));
    EXPECT_THAT(refused.what(), testing::HasSubstr("not marked as expand-only"));
  }
  EXPECT_EQ(db.ask("select count(*) from pg_tables where tablename = 'mine'"), "0");
}

TEST(migrate, accepts_a_migration_of_a_later_version_that_only_adds) {
  rig::test_database db;
  session s{db.url()};
  EXPECT_EQ(migrate(s, all_and("9998_later", "-- expand-only\nalter table counters add column note text")), 1u);
  session old{db.url()};
  EXPECT_EQ(migrate(old), 0u);
  // The same for a table of migrations that an earlier version has created.
  session earlier{db.url()};
  pqxx::nontransaction{earlier.open()}.exec("alter table schema_migrations drop column expand_only");
  EXPECT_THROW(migrate(earlier), std::runtime_error) << "nobody knows what the migration did";
}

// A node of the previous version must be able to start on the schema. An expand-only migration says so; any other one
// gives the reason why it is not.
TEST(migrations, say_whether_a_program_that_does_not_know_them_may_go_on) {
  const std::regex takes_away{
    R"(\bdrop\s+(table|column|view|function|type|domain)\b|\brename\b|)"
    R"(alter\s+column\s+\w+\s+(type|set\s+not\s+null)|add\s+column\s+[^,;]*not\s+null(?!\s+default))"};
  for (const auto& m : built_in_migrations()) {
    if (m.name < "0015")
      continue; // older than rolling upgrades
    EXPECT_TRUE(is_expand_only(m) || m.sql.starts_with("-- not expand-only: "))
      << m.name << " must begin with the line '-- expand-only' or '-- not expand-only: REASON'";
    const std::string sql{m.sql};
    std::smatch found;
    EXPECT_FALSE(is_expand_only(m) && std::regex_search(sql, found, takes_away))
      << m.name << " says that it only adds, and has: " << found.str();
  }
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
