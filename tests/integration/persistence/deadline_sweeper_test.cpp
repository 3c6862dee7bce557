#include "persistence/deadline_sweeper.hpp"
#include "tests/support/rig.hpp"

#include <set>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using persistence::due_place;

/// Makes entities that are due and cannot be loaded, so that they stay due.
void make_stuck(const test_database& db, size_t count) {
  db.ask("with stuck as (select gen_random_uuid() as id, n from generate_series(1, " + std::to_string(count)
         + ") n), "
           "written as (insert into journal (entity_id, sequence, kind, type, version, payload, at) "
           "select id, 1, 'counter', 'added', 1, '{\"n\":\"no number\"}', now() from stuck) "
           "insert into deadlines (entity_id, kind, due_at) select id, 'counter', now() - interval '1 day' + n / 7 * "
           "interval '1 ms' from stuck");
}

} // namespace

TEST(deadline_sweeper, reads_what_is_due_in_pages_each_row_once) {
  test_database db;
  make_stuck(db, 2'500);
  db.ask("insert into deadlines values (gen_random_uuid(), 'counter', now() + interval '1 hour')");
  persistence::session s{db.url()};
  std::vector<size_t> pages;
  std::set<uuid> seen;
  due_place at;
  for (bool more = true; more && pages.size() < 10;) {
    const auto page = persistence::find_due(s, at, 1'000);
    pages.push_back(page.size());
    for (const auto& row : page) {
      const due_place here{row.at, row.entity};
      EXPECT_LT(at, here);
      at = here;
      seen.insert(row.entity);
    }
    more = page.size() == 1'000;
  }
  EXPECT_EQ(pages, (std::vector<size_t>{1'000, 1'000, 500}));
  EXPECT_EQ(seen.size(), 2'500u);
}

TEST(deadline_sweeper, wakes_what_is_due_behind_thousands_that_cannot_be_woken) {
  test_database db;
  make_stuck(db, 2'500);
  const auto now_due = uuid::make(), later_due = uuid::make(), long_due = uuid::make();
  {
    node n{db};
    for (const auto& id : {now_due, later_due, long_due})
      ASSERT_TRUE(n.give(id, counter::set_bell{system_clock().now() + std::chrono::hours{1}}).get());
  }
  // They are not in memory, and nothing else sends them messages: only the sweeper wakes them.
  const auto make_due = [&db](const uuid& id, const std::string& ago) {
    db.ask("alter table journal disable trigger journal_is_append_only");
    db.ask("update journal set payload = '{\"due\":\"2020-01-01T00:00:00Z\"}' where entity_id = '" + id.str() + "'");
    db.ask("alter table journal enable trigger journal_is_append_only");
    db.ask("update deadlines set due_at = now() - interval '" + ago + "' where entity_id = '" + id.str() + "'");
  };
  const auto rang = [&db](const uuid& id) {
    return db.ask("select count(*) from journal where type = 'rang' and entity_id = '" + id.str() + "'") == "1";
  };
  make_due(now_due, "1 second");
  node n{db};
  n.others.push_back(persistence::start_deadline_sweeper(n.system, n.db, n.entities));
  until([&] { return rang(now_due); }, "the bell behind all that cannot be woken");
  make_due(later_due, "1 second");
  until([&] { return rang(later_due); }, "one that becomes due later");
  make_due(long_due, "1 year");
  until([&] { return rang(long_due); }, "one that is due before all that was woken");
  EXPECT_EQ(db.ask("select count(*) from deadlines"), "2500");
}
