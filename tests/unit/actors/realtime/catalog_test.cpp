// The public forms of events, and their catalog. stored_events_test.cpp checks the forms of all samples.
#include "actors/capability.hpp"
#include "actors/realtime/catalog.hpp"
#include "actors/realtime/live_event.hpp"
#include "runtime/public_event.hpp"
#include "tests/support/values.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using nlohmann::json;

struct inner {
  uint32_t kept = 1;
  uint32_t secret = 2;
};
AINFT_DESCRIBE(inner, kept, (secret, not_shown))

struct outer {
  std::optional<uint32_t> old_name;
  inner part;
  std::vector<inner> more{1};
  uint32_t hidden = 3;
};
AINFT_DESCRIBE(outer, (old_name, shown_as("new_name")), part, more, (hidden, not_shown))

runtime::followed_event event(std::string kind, std::string type, uint16_t version, std::string payload) {
  runtime::uuid id;
  id.bytes.fill(1);
  return {{7, 7}, std::move(kind), {id, 1, std::move(type), version, std::move(payload), at(), {}}};
}

json data_of(const runtime::followed_event& e) { return json::parse(realtime::live_event{e}.body()).at("data"); }

} // namespace

TEST(public_form, renames_and_leaves_out_members_at_any_depth_and_the_stored_form_does_not) {
  outer x;
  EXPECT_EQ(runtime::to_shown_json(x), R"({"part":{"kept":1},"more":[{"kept":1}]})");
  x.old_name = 5;
  EXPECT_EQ(runtime::to_shown_json(x), R"({"newName":5,"part":{"kept":1},"more":[{"kept":1}]})");
  EXPECT_EQ(runtime::to_json(x),
            R"({"oldName":5,"part":{"kept":1,"secret":2},"more":[{"kept":1,"secret":2}],"hidden":3})");
  json shown, stored;
  (void)runtime::json_schema{shown, runtime::json_form::shown}.of<outer>();
  (void)runtime::json_schema{stored}.of<outer>();
  EXPECT_EQ(shown["Inner"]["required"], json::array({"kept"}));
  EXPECT_TRUE(shown["Outer"]["properties"].contains("newName"));
  EXPECT_FALSE(shown["Outer"]["properties"].contains("hidden"));
  EXPECT_TRUE(stored["Outer"]["properties"].contains("oldName"));
  EXPECT_FALSE(runtime::shows_stored<outer>());
}

TEST(live_event, shows_the_public_form) {
  const auto started = data_of(
    event("ai_job", "job_started", 1, R"({"attempt":2,"worker":"w1","lease":60,"leaseUntil":"2030-01-31T12:00:00Z"})"));
  EXPECT_EQ(started, (json{{"attempt", 2}})) << "neither the worker nor the lease";
  const auto closed = data_of(event("listing", "auction_closed", 1, R"({"amount":"0"})"));
  EXPECT_EQ(closed, json::object()) << "nobody won, so there is no amount";
}

TEST(live_event, shows_nothing_of_a_form_that_this_program_cannot_read) {
  EXPECT_EQ(data_of(event("ai_job", "job_started", 99, R"({"attempt":2,"new":"secret"})")), json::object());
  EXPECT_EQ(data_of(event("listing", "bid_placed", 99, R"({"amount":"5","new":"secret"})")), json::object());
  EXPECT_EQ(data_of(event("listing", "settlement_begun", 1, "[]")), json::object());
}

TEST(catalog, is_written_in_the_documentation) {
  std::ifstream in{TESTS_FOLDER "/../docs/events.md"};
  std::ostringstream written;
  written << in.rdbuf();
  EXPECT_EQ(written.str(), realtime::catalog_page()) << "write it anew: ainftd --realtime=markdown > docs/events.md";
}

TEST(catalog, has_each_visible_event_in_each_room_that_shows_it) {
  const auto all = realtime::catalog("1", "https://nft.example/base");
  EXPECT_EQ(all["servers"]["platform"]["host"], "nft.example");
  EXPECT_EQ(all["servers"]["platform"]["protocol"], "wss");
  EXPECT_FALSE(realtime::catalog("1", "").contains("servers"));
  size_t visible = 0;
  for (const auto* k : all_of(&capability::kinds))
    for (const auto& form : k->events) {
      EXPECT_EQ(all["components"]["messages"].contains(form.name), form.is_visible) << form.name;
      EXPECT_EQ(all["channels"]["journal"]["messages"].contains(form.name), form.is_visible) << form.name;
      visible += form.is_visible;
    }
  EXPECT_GT(visible, 40u);
  EXPECT_TRUE(all["channels"]["market"]["messages"].contains("listing.bid_placed"));
  EXPECT_FALSE(all["channels"]["feed"]["messages"].contains("listing.bid_placed"));
  EXPECT_TRUE(all["channels"]["nft"]["messages"].contains("listing.bid_placed"));
  EXPECT_FALSE(all["channels"].contains("proposal"));
  EXPECT_EQ(all["components"]["messages"]["nft.owner_changed"]["description"],
            "In the room `studio:{id}` of the studio to which it belongs. In the room `user:{id}` of the creator.");
}
