#include "runtime/quarantine.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft::runtime;
using ainft::testing_values::at;

struct ward {
  std::vector<std::string> entered;
  quarantine q{[this](const quarantined& x) { entered.push_back(x.kind + ": " + x.reason); }};
  uuid id = uuid::make();

  void fail(int times) {
    for (int i = 0; i < times; ++i)
      q.failed("listing", id, "reason " + std::to_string(i), at(i));
  }
};

} // namespace

TEST(quarantine, takes_in_what_failed_again_and_again) {
  ward w;
  w.fail(2);
  EXPECT_FALSE(w.q.holds("listing", w.id));
  EXPECT_TRUE(w.q.all().empty());
  w.fail(1);
  EXPECT_TRUE(w.q.holds("listing", w.id));
  EXPECT_FALSE(w.q.holds("nft", w.id)) << "an id names one thing of each kind";
  EXPECT_FALSE(w.q.holds("listing", uuid::make()));
  ASSERT_EQ(w.q.all().size(), 1u);
  EXPECT_EQ(w.q.all()[0].failures, 3u);
  EXPECT_EQ(w.q.all()[0].since, at(0));
  w.fail(2);
  EXPECT_EQ(w.entered, std::vector<std::string>{"listing: reason 0"}) << "it is told of once";
}

TEST(quarantine, forgets_failures_after_a_success) {
  ward w;
  w.fail(2);
  w.q.loaded("listing", w.id);
  w.fail(2);
  EXPECT_FALSE(w.q.holds("listing", w.id));
}

TEST(quarantine, lets_out_what_an_operator_wants_tried_again) {
  ward w;
  w.fail(3);
  EXPECT_FALSE(w.q.release("nft", w.id));
  EXPECT_TRUE(w.q.release("listing", w.id));
  EXPECT_FALSE(w.q.holds("listing", w.id));
  EXPECT_FALSE(w.q.release("listing", w.id));
  w.fail(3);
  EXPECT_TRUE(w.q.holds("listing", w.id)) << "and takes it in again";
}
