#include "runtime/follower.hpp"
#include "tests/support/rig.hpp"

#include <mutex>
#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;

/// What a follower was given, as "sequence:n".
class notes {
public:
  void write(const followed_event& e) {
    std::lock_guard guard{mutex_};
    text_ += std::to_string(e.event.sequence) + ":" + std::to_string(nlohmann::json::parse(e.event.payload)["n"].get<int>()) + " ";
  }
  [[nodiscard]] std::string read() const {
    std::lock_guard guard{mutex_};
    return text_;
  }

private:
  mutable std::mutex mutex_;
  std::string text_;
};

follower_settings writing_to(notes& to) {
  return {"notes", {"counter.added"}, [&to](const followed_event& e, std::function<void(caf::error)> done) {
            to.write(e);
            done({});
          },
          std::chrono::milliseconds{20}};
}

} // namespace

TEST(follower, gets_the_events_of_its_interests_in_order) {
  test_database db;
  node n{db};
  notes to;
  n.others.push_back(start_follower(n.system, n.log, writing_to(to)).actor);
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{7}).get());
  ASSERT_TRUE(n.give(id, counter::set_bell{system_clock().now() + std::chrono::hours{1}}).get());
  ASSERT_TRUE(n.give(id, counter::add{8}).get());
  until([&] { return to.read() == "1:7 3:8 "; }, "both events");
}

TEST(follower, goes_on_where_it_was_after_a_restart) {
  test_database db;
  const auto id = uuid::make();
  notes first, second;
  {
    node n{db};
    n.others.push_back(start_follower(n.system, n.log, writing_to(first)).actor);
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
    until([&] { return first.read() == "1:1 " && db.ask("select count(*) from follower_cursors") == "1"; }, "the first event");
  }
  node n{db};
  ASSERT_TRUE(n.give(id, counter::add{2}).get());
  n.others.push_back(start_follower(n.system, n.log, writing_to(second)).actor);
  until([&] { return second.read() == "2:2 "; }, "the second event alone");
}

TEST(follower, passes_over_what_does_not_concern_it) {
  test_database db;
  node n{db};
  notes to;
  auto s = writing_to(to);
  s.concerns = [](const followed_event& e) { return e.event.payload.find("13") == std::string::npos; };
  n.others.push_back(start_follower(n.system, n.log, std::move(s)).actor);
  const auto id = uuid::make();
  for (const int64_t by : {7, 13, 8})
    ASSERT_TRUE(n.give(id, counter::add{by}).get());
  until([&] { return to.read() == "1:7 3:8 "; }, "two of the three");
}

TEST(follower, tries_an_event_again_until_it_is_handled) {
  test_database db;
  node n{db};
  std::atomic<int> tries = 0;
  follower_settings s{"stubborn", {"counter.added"}, [&tries](const followed_event&, std::function<void(caf::error)> done) {
                        done(++tries < 3 ? refuse(errc::unavailable, "not yet") : caf::error{});
                      },
                      std::chrono::milliseconds{20}};
  n.others.push_back(start_follower(n.system, n.log, std::move(s)).actor);
  ASSERT_TRUE(n.give(uuid::make(), counter::add{1}).get());
  until([&] { return tries == 3 && db.ask("select count(*) from follower_cursors where follower = 'stubborn'") == "1"; }, "the third try");
}

TEST(follower, does_not_step_over_a_transaction_that_is_still_open) {
  test_database db;
  node n{db};
  notes to;
  n.others.push_back(start_follower(n.system, n.log, writing_to(to)).actor);
  // Written first, committed last.
  pqxx::connection slow{db.url()};
  pqxx::work open{slow};
  open.exec("insert into journal (entity_id, sequence, kind, type, version, payload, at) values (gen_random_uuid(), 1, 'counter', "
            "'added', 1, '{\"n\":100}', now())");
  ASSERT_TRUE(n.give(uuid::make(), counter::add{200}).get());
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  EXPECT_EQ(to.read(), "");
  open.commit();
  until([&] { return to.read() == "1:100 1:200 "; }, "both, in the order of their transactions");
}
