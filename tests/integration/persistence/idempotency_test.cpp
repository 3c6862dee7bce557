#include "persistence/idempotency.hpp"
#include "tests/support/rig.hpp"

namespace {

using namespace ainft;
using namespace ainft::persistence;
using outcome = reservation::outcome;

const std::string one(32, '1'), other(32, '2');

reserved_key of(const runtime::uuid& user, const reservation& r) { return {user, "k", r.id, r.attempt}; }

} // namespace

TEST(idempotency_key, is_reserved_once_and_then_gives_the_answer_again) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto first = reserve_key(s, user, "k", one);
  EXPECT_EQ(first.what, outcome::reserved);
  EXPECT_EQ(reserve_key(s, user, "k", one).what, outcome::busy);
  EXPECT_EQ(reserve_key(s, user, "k", other).what, outcome::other_request);
  EXPECT_EQ(reserve_key(s, runtime::uuid::make(), "k", other).what, outcome::reserved) << "keys are each user's own";
  EXPECT_TRUE(complete_key(s, of(user, first), 201, "{\"a\":1}"));
  EXPECT_FALSE(complete_key(s, of(user, first), 201, "another")) << "the first answer stays";
  const auto again = reserve_key(s, user, "k", one);
  EXPECT_EQ(again.what, outcome::answered);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, "{\"a\":1}");
  EXPECT_EQ(reserve_key(s, user, "k", other).what, outcome::other_request);
}

TEST(idempotency_key, is_taken_over_by_its_only_caller_as_long_as_it_has_no_answer) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto first = reserve_key(s, user, "k", one);
  const auto again = reserve_key(s, user, "k", one, true);
  EXPECT_EQ(again.what, outcome::reserved);
  EXPECT_EQ(again.id, first.id) << "what is made is made once";
  EXPECT_EQ(reserve_key(s, user, "k", other, true).what, outcome::other_request);
  EXPECT_TRUE(complete_key(s, of(user, first), 201, "{}"));
  EXPECT_EQ(reserve_key(s, user, "k", one, true).what, outcome::answered);
}

TEST(idempotency_key, can_be_used_again_after_a_refusal) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto first = reserve_key(s, user, "k", one);
  EXPECT_EQ(first.what, outcome::reserved);
  EXPECT_TRUE(free_key(s, of(user, first)));
  EXPECT_EQ(reserve_key(s, user, "k", other).what, outcome::reserved);
}

TEST(idempotency_key, that_was_taken_over_is_left_alone_by_the_attempt_before) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto slow = reserve_key(s, user, "k", one);
  db.ask("update idempotency set locked_until = now() - interval '1 second'");
  const auto later = reserve_key(s, user, "k", one);
  ASSERT_EQ(later.what, outcome::reserved);
  EXPECT_FALSE(free_key(s, of(user, slow)));
  EXPECT_FALSE(let_go_of_key(s, of(user, slow)));
  EXPECT_EQ(reserve_key(s, user, "k", one).what, outcome::busy) << "the later attempt works on it";
  EXPECT_TRUE(let_go_of_key(s, of(user, later)));
  const auto last = reserve_key(s, user, "k", one);
  EXPECT_EQ(last.id, later.id);
  EXPECT_TRUE(free_key(s, of(user, last)));
}

// The later attempt is refused and frees the key. Another request reserves it before the slow attempt has ended.
TEST(idempotency_key, that_was_freed_and_reserved_anew_is_left_alone_by_who_had_it_before) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto slow = reserve_key(s, user, "k", one);
  db.ask("update idempotency set locked_until = now() - interval '1 second'");
  EXPECT_TRUE(free_key(s, of(user, reserve_key(s, user, "k", one))));
  const auto anew = reserve_key(s, user, "k", other);
  ASSERT_EQ(anew.what, outcome::reserved);
  ASSERT_EQ(anew.attempt, slow.attempt);
  EXPECT_FALSE(free_key(s, of(user, slow)));
  EXPECT_FALSE(let_go_of_key(s, of(user, slow)));
  EXPECT_EQ(note_body(s, of(user, slow), one), body_note::answered);
  EXPECT_FALSE(complete_key(s, of(user, slow), 201, "the answer to another request"));
  EXPECT_EQ(reserve_key(s, user, "k", other).what, outcome::busy);
  EXPECT_TRUE(complete_key(s, of(user, anew), 201, "{}"));
}

// The same, but an entity writes the answer with its events: the journal writes neither.
TEST(idempotency_key, takes_no_answer_to_another_reservation_from_an_entity) {
  rig::test_database db;
  rig::node n{db};
  session s{db.url()};
  const auto user = runtime::uuid::make(), id = runtime::uuid::make();
  const auto mine = reserve_key(s, user, "k", one);
  const auto add_for = [&](std::optional<runtime::uuid> reserved) {
    runtime::command_context context;
    context.idempotency = runtime::idempotency_record{user, "k", 201, {}, {}, reserved};
    auto got = n.ask(id, runtime::command_message(context, counter::add{1})).get();
    return got ? runtime::errc::none : runtime::explain(got.error()).code;
  };
  EXPECT_EQ(add_for(runtime::uuid::make()), runtime::errc::idempotency_in_progress);
  EXPECT_EQ(db.ask("select count(*) from journal"), "0");
  EXPECT_EQ(add_for(mine.id), runtime::errc::none);
  EXPECT_EQ(reserve_key(s, user, "k", one).what, outcome::answered);
}

// Nodes of the previous version do not name the reservation.
TEST(idempotency_key, takes_an_answer_that_names_no_reservation) {
  rig::test_database db;
  rig::node n{db};
  session s{db.url()};
  const auto user = runtime::uuid::make();
  (void)reserve_key(s, user, "k", one);
  runtime::command_context context;
  context.idempotency = runtime::idempotency_record{user, "k", 201, {}, {}, std::nullopt};
  EXPECT_TRUE(n.ask(runtime::uuid::make(), runtime::command_message(context, counter::add{1})).get());
  EXPECT_EQ(reserve_key(s, user, "k", one).what, outcome::answered);
}

TEST(idempotency_key, whose_reservation_ran_out_is_taken_over_with_the_same_id) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto first = reserve_key(s, user, "k", one);
  db.ask("update idempotency set locked_until = now() - interval '1 second'");
  EXPECT_EQ(reserve_key(s, user, "k", other).what, outcome::other_request);
  const auto again = reserve_key(s, user, "k", one);
  EXPECT_EQ(again.what, outcome::reserved);
  EXPECT_EQ(again.id, first.id);
}

TEST(idempotency_key, takes_over_at_once_what_a_dead_node_had_reserved) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make(), dead = runtime::uuid::make(), living = runtime::uuid::make();
  for (const auto& [node, at] : {std::pair{dead, "dead"}, {living, "active"}})
    db.ask("insert into cluster_nodes (node, name, host, port, roles, at, joined_epoch, lease_until, http_url, "
           "version) values ('"
           + node.str() + "', '" + at + "', '', 1, '{}', '" + at + "', 1, now(), '', '')");
  (void)reserve_key(s, user, "living", one, false, living);
  EXPECT_EQ(reserve_key(s, user, "living", one, false, runtime::uuid::make()).what, outcome::busy);
  const auto first = reserve_key(s, user, "dead", one, false, dead);
  const auto again = reserve_key(s, user, "dead", one, false, living);
  EXPECT_EQ(again.what, outcome::reserved);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(reserve_key(s, user, "dead", one, false, runtime::uuid::make()).what, outcome::busy)
    << "it is the living one's now";
}

TEST(idempotency_key, is_one_body_s_from_its_end_on) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto first = reserve_key(s, user, "k", one);
  EXPECT_EQ(note_body(s, of(user, first), one), body_note::noted);
  EXPECT_EQ(note_body(s, of(user, first), one), body_note::noted) << "tried again before there was an answer";
  EXPECT_EQ(note_body(s, of(user, first), other), body_note::other_body);
  EXPECT_TRUE(complete_key(s, of(user, first), 201, "{}"));
  EXPECT_EQ(note_body(s, of(user, first), one), body_note::answered);
  EXPECT_EQ(note_body(s, of(user, first), other), body_note::other_body);
  EXPECT_EQ(note_body(s, {user, "never reserved", first.id, 0}, one), body_note::answered);
  EXPECT_EQ(reserve_key(s, user, "k", one).body_hash, one);
}

TEST(idempotency_key, stays_reserved_for_a_body_that_took_long) {
  rig::test_database db;
  session s{db.url()};
  const auto user = runtime::uuid::make();
  const auto first = reserve_key(s, user, "k", one);
  db.ask("update idempotency set locked_until = now() - interval '1 second'");
  EXPECT_EQ(note_body(s, of(user, first), one), body_note::noted);
  EXPECT_EQ(reserve_key(s, user, "k", one).what, outcome::busy);
}

TEST(idempotency_key, is_forgotten_after_a_day) {
  rig::test_database db;
  session s{db.url()};
  (void)reserve_key(s, runtime::uuid::make(), "old", one);
  db.ask("update idempotency set created_at = now() - interval '25 hours'");
  (void)reserve_key(s, runtime::uuid::make(), "new", one);
  EXPECT_EQ(db.ask("select count(*) from idempotency"), "1");
}
