#include "persistence/journal_reader.hpp"
#include "tests/support/rig.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <future>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;

struct reader {
  explicit reader(const std::string& url) : actor{persistence::start_journal_reader(system, url)} {}
  ~reader() { caf::anon_send_exit(actor, caf::exit_reason::user_shutdown); }

  /// Blocks the reader until the returned promise is set, so that later requests wait in its mailbox and form one
  /// batch.
  std::promise<void> hold() {
    std::promise<void> go;
    auto waits = std::make_shared<std::future<void>>(go.get_future());
    caf::anon_send(actor, read_job{[waits](result<persistence::session*>) { waits->wait(); }});
    return go;
  }

  std::future<result<loaded>> ask(const uuid& id, std::string_view kind = "counter", uint16_t state_version = 1) {
    auto promise = std::make_shared<std::promise<result<loaded>>>();
    auto answer = promise->get_future();
    system.spawn<caf::hidden>([to = actor, promise, l = load{id, kind, state_version}](caf::event_based_actor* self) {
      self->request(to, caf::infinite, l)
        .then([promise](loaded& got) { promise->set_value(std::move(got)); },
              [promise](const caf::error& e) { promise->set_value(e); });
    });
    return answer;
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::actor actor;
};

void write(const test_database& db, const uuid& id, int sequence, const char* kind = "counter") {
  db.ask("insert into journal (entity_id, sequence, kind, type, version, payload, at) values ('" + id.str() + "', "
         + std::to_string(sequence) + ", '" + kind + "', 'added', 1, '{\"n\":" + std::to_string(sequence)
         + "}', now())");
}

void keep_state(const test_database& db, const uuid& id, int sequence, int version = 1) {
  db.ask("insert into snapshots (entity_id, sequence, state_version, state) values ('" + id.str() + "', "
         + std::to_string(sequence) + ", " + std::to_string(version) + ", '{\"total\":7}')");
}

} // namespace

TEST(journal_reader, loads_what_waits_for_it_together_each_as_it_is) {
  const test_database db;
  const auto plain = uuid::make(), kept = uuid::make(), kept_in_an_old_form = uuid::make(), other_kind = uuid::make();
  for (const auto& id : {plain, kept, kept_in_an_old_form})
    for (int sequence = 1; sequence <= 3; ++sequence)
      write(db, id, sequence);
  write(db, other_kind, 1, "listing");
  keep_state(db, kept, 2);
  keep_state(db, kept_in_an_old_form, 2, 9);
  keep_state(db, other_kind, 1);

  reader r{db.url()};
  auto go = r.hold();
  auto a = r.ask(plain), b = r.ask(kept), c = r.ask(kept_in_an_old_form), d = r.ask(other_kind),
       e = r.ask(uuid::make()), again = r.ask(plain);
  go.set_value();

  const auto sequences = [](std::future<result<loaded>>& of) {
    const auto got = of.get();
    std::vector<uint64_t> out{got && got->state ? got->state->sequence : 0};
    if (!got)
      out.push_back(~0ULL);
    else
      for (const auto& event : got->events)
        out.push_back(event.sequence);
    return out;
  };
  EXPECT_EQ(sequences(a), (std::vector<uint64_t>{0, 1, 2, 3}));
  EXPECT_EQ(sequences(b), (std::vector<uint64_t>{2, 3})) << "the snapshot, and what came after it";
  EXPECT_EQ(sequences(c), (std::vector<uint64_t>{0, 1, 2, 3})) << "a snapshot of another form is none";
  EXPECT_EQ(sequences(d), (std::vector<uint64_t>{0})) << "another kind's id";
  EXPECT_EQ(sequences(e), (std::vector<uint64_t>{0}));
  EXPECT_EQ(sequences(again), (std::vector<uint64_t>{0, 1, 2, 3}));
}

TEST(journal_reader, gives_more_than_one_statement_takes_in_several) {
  const test_database db;
  std::vector<uuid> ids;
  for (int i = 0; i < 230; ++i) {
    ids.push_back(uuid::make());
    write(db, ids.back(), 1);
  }
  reader r{db.url()};
  auto go = r.hold();
  std::vector<std::future<result<loaded>>> answers;
  for (const auto& id : ids)
    answers.push_back(r.ask(id));
  go.set_value();
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto got = answers[i].get();
    ASSERT_TRUE(got);
    ASSERT_EQ(got->events.size(), 1u);
    EXPECT_EQ(got->events[0].entity, ids[i]);
  }
}

TEST(journal_reader, has_what_cannot_be_read_of_one_entity_cost_the_others_nothing) {
  const test_database db;
  const auto good = uuid::make(), bad = uuid::make();
  write(db, good, 1);
  write(db, bad, 1);
  // A row that this version cannot read.
  db.ask("alter table journal disable trigger all");
  db.ask("alter table journal alter column version type text");
  db.ask("update journal set version = 'many' where entity_id = '" + bad.str() + "'");
  reader r{db.url()};
  auto go = r.hold();
  auto a = r.ask(good), b = r.ask(bad);
  go.set_value();
  const auto got = a.get();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->events.size(), 1u);
  const auto refused = b.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(explain(refused.error()).code, errc::unavailable);
}

TEST(journal_reader, looks_through_a_bounded_part_of_a_long_journal_for_what_is_rare) {
  const test_database db;
  db.ask("insert into journal (entity_id, sequence, kind, type, version, payload, at) select gen_random_uuid(), 1, "
         "'counter', 'added', 1, '{}', now() from generate_series(1, 4500)");
  const auto rare = uuid::make();
  write(db, rare, 1, "listing");
  reader r{db.url()};
  caf::scoped_actor self{r.system};
  const auto read = [&](journal_cursor after) {
    journal_slice out;
    self->request(r.actor, caf::infinite, read_journal{after, {"listing.added"}})
      .receive([&](journal_slice& s) { out = std::move(s); },
               [](const caf::error& e) { ADD_FAILURE() << to_string(e); });
    return out;
  };
  std::vector<size_t> found;
  std::vector<bool> more;
  journal_slice slice;
  for (int i = 0; i < 4; ++i) {
    slice = read(slice.upto);
    found.push_back(slice.events.size());
    more.push_back(slice.more);
    for (const auto& e : slice.events)
      EXPECT_EQ(e.event.entity, rare);
  }
  EXPECT_EQ(found, (std::vector<size_t>{0, 0, 1, 0}));
  EXPECT_EQ(more, (std::vector<bool>{true, true, false, false}));
}
