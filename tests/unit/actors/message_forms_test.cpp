// The JSON form of the messages about entities that nodes send to each other.
#include "actors/capability.hpp"
#include "actors/market/listing/domain.hpp"
#include "runtime/message_forms.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::runtime;

const message_forms& forms() {
  static const auto all = message_forms::of(static_cast<listing::domain::commands*>(nullptr));
  return all;
}

caf::message a_bid() {
  listing::place_bid bid;
  bid.id = bid_id::make();
  bid.amount = *solana::positive_lamports::parse("18446744073709551615");
  command_context context;
  context.who = {uuid::make(), uuid::make(), "a wallet"};
  context.request_id = "r1";
  context.idempotency = idempotency_record{context.who.user, "k1", 201, "{\"bid\":", "}"};
  context.expected_version = 7;
  context.deadline = *time_point::parse("2030-01-31T12:00:00.25Z");
  return command_message(context, bid);
}

const listing::place_bid& bid_in(const caf::message& m) { return *m.get_as<command_box>(1).get<listing::place_bid>(); }

} // namespace

TEST(message_forms, bring_a_command_over_whole) {
  const auto sent = a_bid();
  const auto written = forms().write(sent);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->type, "place_bid");
  const auto got = forms().read(written->type, written->context, written->body);
  ASSERT_TRUE(got);
  const auto again = forms().write(*got);
  EXPECT_EQ(again->context, written->context);
  EXPECT_EQ(again->body, written->body);
  EXPECT_EQ(got->get_as<command_context>(0).who.user, sent.get_as<command_context>(0).who.user);
  EXPECT_EQ(got->get_as<command_context>(0).idempotency->before, "{\"bid\":");
  EXPECT_EQ(bid_in(*got).amount, bid_in(sent).amount);
}

TEST(message_forms, bring_a_deadline_over_and_do_without_one) {
  auto written = *forms().write(a_bid());
  const auto got = forms().read(written.type, written.context, written.body);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->get_as<command_context>(0).deadline, *time_point::parse("2030-01-31T12:00:00.25Z"));
  auto context = nlohmann::json::parse(written.context);
  ASSERT_EQ(context.erase("deadline"), 1u);
  const auto old = forms().read(written.type, context.dump(), written.body);
  ASSERT_TRUE(old);
  EXPECT_FALSE(old->get_as<command_context>(0).deadline);
}

TEST(message_forms, pass_over_what_a_newer_version_says_besides) {
  auto written = *forms().write(a_bid());
  auto body = nlohmann::json::parse(written.body);
  body["aFieldOfTomorrow"] = 1;
  EXPECT_TRUE(forms().read(written.type, written.context, body.dump()));
}

TEST(message_forms, refuse_by_name_what_this_version_does_not_know_or_cannot_read) {
  const auto unknown = forms().read("place_bid_of_tomorrow", "{}", "{}");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(explain(unknown.error()).code, errc::unknown_message);
  EXPECT_EQ(explain(unknown.error()).detail, "this node does not know the message place_bid_of_tomorrow");
  const auto written = *forms().write(a_bid());
  const auto broken = forms().read(written.type, written.context, R"({"id": 7})");
  ASSERT_FALSE(broken);
  EXPECT_EQ(explain(broken.error()).code, errc::unknown_message);
  EXPECT_NE(explain(broken.error()).detail.find("place_bid"), std::string::npos);
}

TEST(message_forms, know_reads_wakes_and_looks) {
  for (const auto& m : {caf::make_message(get_view{}), caf::make_message(wake{}), caf::make_message(passivate{}),
                        caf::make_message(inspect_entity{})}) {
    const auto written = forms().write(m);
    ASSERT_TRUE(written);
    const auto got = forms().read(written->type, written->context, written->body);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->type_at(0), m.type_at(0));
  }
}
