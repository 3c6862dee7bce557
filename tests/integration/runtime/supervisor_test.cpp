#include "runtime/supervisor.hpp"
#include "tests/support/rig.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using std::chrono::milliseconds;

/// Fails on request.
caf::behavior fragile(caf::event_based_actor* self) {
  return {[self](const std::string& why) { self->quit(refuse(errc::internal, why)); }};
}

struct family {
  caf::actor_system_config config;
  caf::actor_system system{config};
  std::atomic<int> starts{0};
  std::promise<std::string> collapse;
  std::unique_ptr<supervisor> top;

  explicit family(supervisor_settings settings = {"top"}) {
    settings.first_pause = milliseconds{1};
    top = std::make_unique<supervisor>(system, system_clock(), std::move(settings),
                                       [this](const std::string& why) { collapse.set_value(why); });
  }
  ~family() { top.reset(); }

  supervisor::starter starter() {
    return [this] {
      ++starts;
      return system.spawn(fragile);
    };
  }
  supervised child(const std::string& name) {
    for (auto& c : top->tree().children)
      if (c.name == name)
        return c;
    return {};
  }
};

void fail(const caf::actor& a, const std::string& why = "on purpose") { caf::anon_send(a, why); }

} // namespace

TEST(supervisor, starts_a_child_that_failed_again_and_remembers_why) {
  family f;
  const auto first = f.top->add("one", f.starter());
  fail(first);
  until([&] { return f.starts == 2 && f.child("one").state == child_state::running; }, "the restart");
  EXPECT_EQ(f.child("one").restarts, 1u);
  EXPECT_EQ(f.child("one").last_failure, "on purpose");
  EXPECT_TRUE(f.child("one").failed_at);
  EXPECT_NE(f.child("one").actor, first.id());
}

TEST(supervisor, leaves_the_others_alone_one_for_one) {
  family f;
  const auto one = f.top->add("one", f.starter());
  const auto two = f.top->add("two", f.starter());
  fail(one);
  until([&] { return f.starts == 3; }, "the restart");
  EXPECT_EQ(f.child("two").actor, two.id());
}

TEST(supervisor, starts_the_later_ones_again_rest_for_one) {
  family f{{"top", strategy::rest_for_one}};
  const auto one = f.top->add("one", f.starter());
  const auto two = f.top->add("two", f.starter());
  const auto three = f.top->add("three", f.starter());
  fail(two);
  until([&] { return f.starts == 5; }, "two restarts");
  EXPECT_EQ(f.child("one").actor, one.id());
  EXPECT_NE(f.child("two").actor, two.id());
  EXPECT_NE(f.child("three").actor, three.id());
  EXPECT_EQ(f.child("three").restarts, 0u) << "it did not fail";
}

TEST(supervisor, gives_up_after_too_many_failures_and_says_so_above) {
  family f{{"top", strategy::one_for_one, 1}};
  auto& below =
    f.top->add(supervisor_settings{"below", strategy::one_for_one, 2, milliseconds{60'000}, milliseconds{1}});
  below.add("bad", [&]() -> caf::actor {
    ++f.starts;
    return f.system.spawn([](caf::event_based_actor* self) { self->quit(refuse(errc::internal, "always")); });
  });
  // Three failures end `below` each time. After the second time, `top` gives up.
  auto collapse = f.collapse.get_future();
  ASSERT_EQ(collapse.wait_for(std::chrono::seconds{10}), std::future_status::ready);
  const auto why = collapse.get();
  EXPECT_EQ(f.starts, 6);
  EXPECT_NE(why.find("top/below failed 2 times: below/bad failed 3 times: "), std::string::npos) << why;
  EXPECT_EQ(f.child("below").state, child_state::failed);
}

TEST(supervisor, restarts_what_an_operator_names_and_counts_no_failure) {
  family f;
  auto& below = f.top->add(supervisor_settings{"below"});
  const auto one = below.add("one", f.starter());
  EXPECT_TRUE(f.top->restart_at("below/one"));
  EXPECT_EQ(f.starts, 2);
  EXPECT_EQ(f.child("below").children[0].restarts, 0u);
  EXPECT_NE(f.child("below").children[0].actor, one.id());
  EXPECT_FALSE(f.top->restart_at("below/two"));
  EXPECT_TRUE(f.top->restart_at("below"));
  EXPECT_EQ(f.starts, 3);
}

TEST(supervisor, ends_a_child_for_good) {
  family f;
  f.top->add("one", f.starter());
  f.top->end("one");
  EXPECT_TRUE(f.top->tree().children.empty());
  // The failed child restarts, but the ended one does not.
  fail(f.top->add("two", f.starter()));
  const auto is_back = [&](const supervised& c) { return c.restarts == 1 && c.state == child_state::running; };
  until([&] { return is_back(f.child("two")); }, "the other's restart");
  EXPECT_EQ(f.starts, 3);
}

TEST(supervisor, counts_its_children_by_their_state) {
  family f{{"counted"}};
  auto* gauges = f.system.metrics().gauge_family("ainft", "supervisor_children", {"supervisor", "state"}, "");
  const auto count = [&](std::string_view state) {
    return gauges->get_or_add({{"supervisor", "counted"}, {"state", state}})->value();
  };
  const auto one = f.top->add("one", f.starter());
  f.top->add("two", f.starter());
  EXPECT_EQ(count("running"), 2);
  f.top->end("two");
  EXPECT_EQ(count("running"), 1);
  EXPECT_EQ(count("ended"), 0) << "it is not there any more";
  fail(one);
  until([&] { return f.starts == 3; }, "the restart");
  until([&] { return count("running") == 1 && count("waiting") == 0; }, "the child running again");
  f.top->close();
  EXPECT_EQ(count("running"), 0);
  EXPECT_EQ(count("ended"), 1);
}
