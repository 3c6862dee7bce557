#include "actors/realtime/hub.hpp"
#include "actors/realtime/recovery.hpp"
#include "net/socketio/packet.hpp"
#include "tests/support/values.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::realtime;
using namespace ainft::testing_values;
using runtime::journal_cursor;
using runtime::uuid;

uuid id(uint8_t n) {
  uuid out;
  out.bytes.fill(n);
  return out;
}

runtime::followed_event bid(uint64_t position, uint64_t sequence, uint8_t of = 1, std::vector<uuid> audience = {}) {
  return {{position, position},
          "listing",
          {id(of), sequence, "bid_placed", 1, R"({"amount":"5"})", at(), std::move(audience)}};
}

event_ptr shown(const runtime::followed_event& e) { return std::make_shared<const live_event>(e); }

room room_of(std::string_view type, uint8_t n) { return {find_room_type(type), id(n)}; }
room listing_room(uint8_t n) { return room_of("listing", n); }

/// Records the positions of its events, and its overruns.
class notes final : public subscriber {
public:
  using subscriber::subscriber;
  std::vector<uint64_t> positions;
  size_t overruns = 0;
  std::function<void()> on_push;

protected:
  void push(const live_event& e) override {
    positions.push_back(e.at.position);
    if (on_push)
      on_push();
  }
  void overrun() override { ++overruns; }
};

/// A hub that runs on this thread only.
struct one_thread {
  boost::asio::io_context io;
  hub all;

  one_thread() { all.start({io.get_executor()}, {0, 0}); }
  ~one_thread() { all.finish(); }
  hub::part& part() { return all.part_of(io.get_executor()); }
  void publish(std::vector<runtime::followed_event> events) {
    std::vector<event_ptr> out;
    for (const auto& e : events)
      out.push_back(shown(e));
    all.publish(out, events.back().at);
    io.poll();
    io.restart();
  }
};

using positions = std::vector<uint64_t>;

} // namespace

TEST(room, is_named_as_it_was_parsed) {
  for (const auto& name :
       {"listing:" + listing_id{id(1)}.str(), "studio:" + studio_id{id(1)}.str(), "nft:" + nft_id{id(1)}.str(),
        "user:" + user_id{id(1)}.str(), std::string{"market"}, std::string{"feed"}, std::string{"journal"}}) {
    const auto r = room::parse(name);
    ASSERT_TRUE(r) << name;
    EXPECT_EQ(r->str(), name);
  }
  for (const auto* bad :
       {"", ":", "listing", "listing:", "listing:x", "market:", "feed:1", "Listing:x", "kitchen", "proposal:prp_1"})
    EXPECT_EQ(code_of(room::parse(bad)), runtime::errc::validation_failed) << bad;
  EXPECT_EQ(code_of(room::parse("job:job_1")), runtime::errc::validation_failed);
}

RC_GTEST_PROP(cursor, is_always_read_as_it_was_written, (uint64_t transaction, uint64_t position)) {
  const journal_cursor c{transaction, position};
  RC_ASSERT(parse_cursor(cursor_text(c)) == c);
}

TEST(cursor, is_nothing_else) {
  for (const auto* bad : {"", ".", "1", "1.", ".1", "1.2.3", "-1.2", "1.2 ", "a.b", "18446744073709551616.1"})
    EXPECT_FALSE(parse_cursor(bad)) << bad;
}

TEST(live_event, is_a_packet_whose_last_argument_is_its_place) {
  const live_event e{bid(7, 3)};
  std::string packet;
  socketio::for_each_frame(*e.packet(), [&](bool, std::string_view data) { packet = data.substr(1); });
  const auto p = socketio::read_packet(packet);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->data[0], "listing.bid_placed");
  EXPECT_EQ(p->data[2], "7.7");
  EXPECT_EQ(p->data[1].dump(), nlohmann::json::parse(e.body()).dump());
  EXPECT_EQ(p->data[1]["data"]["amount"], "5");
  EXPECT_EQ(p->data[1]["id"], listing_id{id(1)}.str());
  EXPECT_EQ(e.type(), "bid_placed");
}

TEST(runs, are_of_events_that_follow_each_other_for_the_same_rooms) {
  const std::vector<event_ptr> events{shown(bid(1, 1)), shown(bid(2, 2)), shown(bid(3, 1, 2)), shown(bid(4, 3)),
                                      shown(bid(5, 4, 1, {id(9)}))};
  const auto runs = runs_of(events);
  std::vector<size_t> sizes;
  for (const auto& r : runs)
    sizes.push_back(r.events.size());
  EXPECT_EQ(sizes, (std::vector<size_t>{2, 1, 1, 1}));
  EXPECT_EQ(*runs[0].packets(), *events[0]->packet() + *events[1]->packet());
  EXPECT_EQ(runs[1].packets(), events[2]->packet()) << "one alone is not copied";
}

TEST(history, reaches_back_as_far_as_it_says) {
  history h{3};
  h.begin_after({10, 10});
  const auto all = [](const live_event&) { return true; };
  EXPECT_FALSE(h.since({9, 9}, {99, 99}, all)) << "nobody knows what was before";
  ASSERT_TRUE(h.since({10, 10}, {99, 99}, all));
  for (uint64_t n = 11; n <= 14; ++n)
    h.add(shown(bid(n, n)));
  EXPECT_FALSE(h.since({10, 10}, {99, 99}, all)) << "the first has been forgotten";
  const auto from_11 = h.since({11, 11}, {13, 13}, all);
  ASSERT_TRUE(from_11);
  ASSERT_EQ(from_11->size(), 2u);
  EXPECT_EQ(from_11->front()->at.position, 12u);
  EXPECT_EQ(h.latest(id(1), 2).front()->at.position, 13u);
  EXPECT_TRUE(h.latest(id(2), 2).empty());
}

TEST(subscriber, gets_each_event_once_whatever_rooms_it_is_in) {
  one_thread t;
  notes n{t.part()};
  n.join(listing_room(1));
  n.join(room_of("user", 9));
  n.join(*room::parse("market"));
  t.publish({bid(1, 1, 1, {id(9)}), bid(2, 1, 2, {id(9)}), bid(3, 1, 3), bid(4, 2, 1)});
  EXPECT_EQ(n.positions, (positions{1, 2, 3, 4}));
  EXPECT_EQ(t.part().at, (journal_cursor{4, 4}));
  n.leave(*room::parse("market"));
  t.publish({bid(5, 2, 2), bid(6, 3, 1)});
  EXPECT_EQ(n.positions.back(), 6u);
  EXPECT_EQ(n.positions.size(), 5u);
}

TEST(subscriber, hears_of_a_draft_only_if_it_is_its_creator_s_or_an_operator_s) {
  const auto of_draft = [](uint64_t position, std::string type) {
    return runtime::followed_event{
      {position, position}, "nft", {id(1), position, std::move(type), 2, "{}", at(), {id(5), id(9)}}};
  };
  one_thread t;
  notes creator{t.part(), {id(9), false}}, stranger{t.part(), {id(8), false}}, nobody{t.part(), {}},
    operators{t.part(), {id(7), true}};
  for (auto* n : {&creator, &stranger, &nobody, &operators}) {
    n->join(room_of("nft", 1));
    n->join(room_of("studio", 5));
  }
  // Private and public events of one NFT. If all were public, they would be one run.
  t.publish({of_draft(1, "nft_created"), of_draft(2, "mint_started"), of_draft(3, "mint_failed"),
             of_draft(4, "mint_started"), of_draft(5, "owner_changed"), of_draft(6, "mint_started")});
  EXPECT_EQ(creator.positions, (positions{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(operators.positions, (positions{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(stranger.positions, (positions{5}));
  EXPECT_EQ(nobody.positions, (positions{5}));
}

TEST(subscriber, gets_nothing_that_its_snapshot_has) {
  one_thread t;
  notes n{t.part()};
  n.hold();
  n.join(listing_room(1));
  t.publish({bid(1, 4), bid(2, 5)});
  n.find(listing_room(1))->known = 4;
  n.release();
  t.publish({bid(3, 6)});
  EXPECT_EQ(n.positions, (positions{2, 3}));
}

TEST(subscriber, gets_the_rest_of_a_run_that_its_snapshot_has_the_beginning_of) {
  one_thread t;
  notes n{t.part()};
  n.join(listing_room(1)).known = 5;
  n.join(*room::parse("feed"));
  t.publish({bid(1, 4), bid(2, 5), bid(3, 6), bid(4, 7)});
  EXPECT_EQ(n.positions, (positions{3, 4}));
}

TEST(subscriber, that_is_held_twice_waits_for_both) {
  one_thread t;
  notes n{t.part()};
  n.join(listing_room(1));
  n.hold();
  n.hold();
  t.publish({bid(1, 1)});
  n.release();
  EXPECT_TRUE(n.positions.empty());
  n.release();
  EXPECT_EQ(n.positions, (positions{1}));
}

TEST(subscriber, that_is_held_too_long_is_given_up) {
  one_thread t;
  notes n{t.part()};
  n.join(listing_room(1));
  n.hold();
  for (uint64_t i = 1; i <= 10'001; ++i)
    n.offer(runs_of({shown(bid(i, i))}).front());
  EXPECT_EQ(n.overruns, 1u);
}

TEST(subscriber, may_leave_or_come_while_a_room_is_told) {
  one_thread t;
  notes first{t.part()}, third{t.part()};
  auto second = std::make_unique<notes>(t.part());
  notes late{t.part()};
  first.join(listing_room(1));
  second->join(listing_room(1));
  third.join(listing_room(1));
  first.on_push = [&] {
    second.reset();
    late.join(listing_room(1));
  };
  t.publish({bid(1, 1)});
  EXPECT_EQ(first.positions, (positions{1}));
  EXPECT_EQ(third.positions, (positions{1}));
  EXPECT_TRUE(late.positions.empty());
  first.on_push = nullptr;
  t.publish({bid(2, 2)});
  EXPECT_EQ(third.positions, (positions{1, 2}));
  EXPECT_EQ(late.positions, (positions{2}));
  EXPECT_EQ(t.all.memberships(), 3u);
}

TEST(subscriber, hears_nothing_from_before_it_came) {
  one_thread t;
  t.publish({bid(5, 5)});
  notes n{t.part()};
  n.join(listing_room(1));
  n.offer(runs_of({shown(bid(5, 5))}).front());
  EXPECT_TRUE(n.positions.empty());
}

TEST(hub, counts_viewers_of_listings_alone) {
  one_thread t;
  notes a{t.part()}, b{t.part()};
  a.join(listing_room(1));
  b.join(listing_room(1));
  b.join(*room::parse("market"));
  EXPECT_EQ(t.all.viewers(id(1)), 2u);
  b.leave_all();
  EXPECT_EQ(t.all.viewers(id(1)), 1u);
  a.leave_all();
  EXPECT_EQ(t.all.viewers(id(1)), 0u);
  EXPECT_TRUE(t.part().rooms.empty());
}

TEST(presence, counts_what_other_nodes_told) {
  presence here, there;
  const auto n1 = id(101), n2 = id(102);
  here.change(id(1), 1);
  there.change(id(1), 1);
  there.change(id(1), 1);
  there.change(id(2), 1);
  EXPECT_FALSE(here.receive(n2, there.take_news()));
  EXPECT_EQ(there.take_news(), "") << "it is told once";
  EXPECT_EQ(here.count(id(1)), 3u);
  EXPECT_EQ(here.count(id(2)), 1u);
  EXPECT_THAT(here.take_changed(), testing::UnorderedElementsAre(id(1), id(2)));
  there.change(id(1), -1);
  there.change(id(2), -1);
  here.receive(n2, there.take_news());
  EXPECT_EQ(here.count(id(1)), 2u);
  EXPECT_EQ(here.count(id(2)), 0u);
  here.receive(n1, R"({"rooms":[]})");
  here.receive(n1, "{\"rooms\":[{\"topic\":\"" + id(1).str() + "\",\"count\":10}],\"later\":1}");
  EXPECT_EQ(here.count(id(1)), 12u);
}

TEST(presence, makes_up_for_what_was_lost) {
  presence here, there;
  const auto n = id(101);
  there.change(id(1), 1);
  there.change(id(2), 1);
  here.receive(n, there.take_news());
  there.change(id(1), -1);
  there.change(id(3), 1);
  (void)there.take_news(); // lost
  EXPECT_TRUE(here.receive(n, there.all_news(true))) << "it wants to be told";
  EXPECT_EQ(here.count(id(1)), 0u);
  EXPECT_EQ(here.count(id(2)), 1u);
  EXPECT_EQ(here.count(id(3)), 1u);
  EXPECT_FALSE(here.receive(n, "no JSON"));
  EXPECT_EQ(here.count(id(2)), 1u);
}

TEST(presence, forgets_nodes_that_have_gone) {
  presence here, there, gone;
  there.change(id(1), 1);
  gone.change(id(1), 1);
  here.receive(id(101), there.take_news());
  here.receive(id(102), gone.take_news());
  (void)here.take_changed();
  here.keep({id(101), id(103)});
  EXPECT_EQ(here.count(id(1)), 1u);
  EXPECT_THAT(here.take_changed(), testing::ElementsAre(id(1)));
}

TEST(subscriptions, come_back_from_their_row) {
  const std::vector<subscriber::subscription> subscriptions{{listing_room(1), {7, 8}, 9},
                                                            {*room::parse("market"), {1, 2}, 0}};
  const auto back = parse_subscriptions(subscriptions_json(subscriptions));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 2u);
  EXPECT_EQ((*back)[0].room, subscriptions[0].room);
  EXPECT_EQ((*back)[0].from, subscriptions[0].from);
  EXPECT_EQ((*back)[0].known, 9u);
  for (const auto* bad : {"", "{}", "[1]", R"([["market"]])", R"([["kitchen","1.1",0]])", R"([["market","x",0]])",
                          R"([["market","1.1",-1]])"})
    EXPECT_FALSE(parse_subscriptions(bad)) << bad;
}
