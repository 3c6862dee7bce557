#include "tools/console/commands.hpp"
#include "tools/console/show.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace ainft::console;

request of(const std::string& text) { return request_for(parse(split(text))); }

std::string refusal(const std::string& text) {
  try {
    (void)of(text);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "taken";
}

} // namespace

TEST(console, asks_for_what_a_command_says) {
  EXPECT_EQ(of("cluster").target, "/v1/admin/cluster");
  EXPECT_EQ(of("tree --node n2").target, "/v1/admin/tree?node=n2");
  EXPECT_EQ(of("inspect listing/lst_01j0b3t1m4e6gtxbrcke7k8ggh").target,
            "/v1/admin/entities/listing/lst_01j0b3t1m4e6gtxbrcke7k8ggh");
  EXPECT_EQ(of("journal listing/lst_1 --at=7 --diff").target, "/v1/admin/entities/listing/lst_1/journal?at=7");
  const auto skipped = of("followers skip settlement 'its listing is gone'");
  EXPECT_EQ(skipped.method, "POST");
  EXPECT_EQ(skipped.target, "/v1/admin/followers/settlement/skip");
  EXPECT_EQ(skipped.body, R"({"reason":"its listing is gone"})");
  EXPECT_EQ(of("parked settlement").target, "/v1/admin/followers/settlement/parked");
  const auto released = of("parked release settlement 0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(released.method, "POST");
  EXPECT_EQ(released.target, "/v1/admin/followers/settlement/parked/0190163d-8694-739b-aea5-966c26f8ad91/release");
  const auto dropped = of("parked skip settlement 0190163d-8694-739b-aea5-966c26f8ad91 it was paid back");
  EXPECT_EQ(dropped.target, "/v1/admin/followers/settlement/parked/0190163d-8694-739b-aea5-966c26f8ad91/skip");
  EXPECT_EQ(dropped.body, R"({"reason":"it was paid back"})");
  EXPECT_EQ(of("quarantine release studio/std_1").target, "/v1/admin/quarantine/studio/std_1/release");
  EXPECT_EQ(of("budget").target, "/v1/admin/budget");
  EXPECT_EQ(of("drain a/b").target, "/v1/admin/drain?node=a%2Fb");
  EXPECT_EQ(of("log debug --node n1").target, "/v1/admin/log?node=n1");
}

TEST(console, tells_an_entity_from_a_part_of_the_tree) {
  EXPECT_EQ(of("restart listing/lst_01j0b3t1m4e6gtxbrcke7k8ggh").target,
            "/v1/admin/entities/listing/lst_01j0b3t1m4e6gtxbrcke7k8ggh/restart");
  EXPECT_EQ(of("restart listing/0190163d-8694-739b-aea5-966c26f8ad91").target,
            "/v1/admin/entities/listing/0190163d-8694-739b-aea5-966c26f8ad91/restart");
  EXPECT_EQ(of("restart transactions/transaction_submission --node n1").body,
            R"({"path":"transactions/transaction_submission"})");
}

TEST(console, ends_and_cancels_listings_and_strikes_bids_with_a_reason) {
  const auto ended = of("listing end lst_1 its seller is gone");
  EXPECT_EQ(ended.method, "POST");
  EXPECT_EQ(ended.target, "/v1/admin/listings/lst_1/end");
  EXPECT_EQ(ended.body, R"({"reason":"its seller is gone"})");
  EXPECT_EQ(of("listing cancel lst_1 'a stolen picture'").target, "/v1/admin/listings/lst_1/cancel");
  const auto struck = of("listing strike lst_1 bid_2 its bidder is suspended");
  EXPECT_EQ(struck.target, "/v1/admin/listings/lst_1/bids/bid_2/strike");
  EXPECT_EQ(struck.body, R"({"reason":"its bidder is suspended"})");
  const auto rule =
    "usage: listing end LISTING REASON, listing cancel LISTING REASON, or listing strike LISTING BID REASON";
  EXPECT_EQ(refusal("listing strike lst_1 bid_2"), rule);
  EXPECT_EQ(refusal("listing end lst_1"), rule);
  EXPECT_EQ(refusal("listing sell lst_1 well"), rule);
}

TEST(console, repeats_only_what_is_live) {
  EXPECT_TRUE(of("top").repeats);
  EXPECT_FALSE(of("top --once").repeats);
  EXPECT_TRUE(of("trace listing/lst_1").repeats);
  EXPECT_FALSE(of("cluster").repeats);
}

TEST(console, says_what_is_wrong_with_a_command) {
  EXPECT_EQ(refusal("fly"), "unknown command 'fly'; see help");
  EXPECT_EQ(refusal("inspect"), "usage: inspect KIND/ID");
  EXPECT_EQ(refusal("inspect listing"), "'listing' is not an entity: use KIND/ID, such as listing/lst_01j…");
  EXPECT_EQ(refusal("cluster --at 3"), "cluster has no option --at");
  EXPECT_EQ(refusal("tree --node"), "--node requires a value");
  EXPECT_EQ(refusal("followers skip settlement"),
            "usage: followers [NAME], followers rewind NAME POSITION, or followers skip NAME REASON");
  EXPECT_EQ(refusal("parked skip settlement 0190163d-8694-739b-aea5-966c26f8ad91"),
            "usage: parked FOLLOWER, parked release FOLLOWER KEY, or parked skip FOLLOWER KEY REASON");
  EXPECT_EQ(refusal("inspect 'listing"), "unclosed quote");
}

TEST(console, completes_commands_words_and_options) {
  EXPECT_EQ(completions("qu"), (std::vector<std::string>{"quarantine", "queue", "quit"}));
  EXPECT_EQ(completions("inspect li"), (std::vector<std::string>{"listing/"}));
  EXPECT_EQ(completions("log w"), (std::vector<std::string>{"warning"}));
  EXPECT_EQ(completions("top --n"), (std::vector<std::string>{"--node"}));
  EXPECT_TRUE(completions("fly --").empty());
}

TEST(console, draws_a_tree_with_what_failed) {
  const auto tree = nlohmann::json::parse(R"({"name": "n1", "isSupervisor": true, "children": [
    {"name": "core", "isSupervisor": true, "strategy": "one_for_one", "state": "running", "restarts": 0,
      "about": "what nothing goes without", "children": [
      {"name": "reader 1", "state": "running", "restarts": 0, "children": []}]},
    {"name": "followers", "isSupervisor": true, "strategy": "one_for_one", "state": "running", "restarts": 0,
      "children": [
      {"name": "settlement", "state": "waiting", "restarts": 2, "lastFailure": "on purpose",
        "failedAt": "2026-01-01T00:00:00Z", "children": []}]}]})");
  EXPECT_EQ(shown(parse({"tree"}), tree, false), R"(n1
├─ core (one_for_one) running: what nothing goes without
│  └─ reader 1 running
└─ followers (one_for_one) running
   └─ settlement waiting, restarts: 2, last failure 2026-01-01T00:00:00Z: on purpose
)");
}

TEST(console, shows_what_the_platform_may_spend) {
  const auto budget = nlohmann::json::parse(
    R"({"feePayer": {"address": "Pay1", "balance": "90", "status": "low", "warningBalance": "100", "stopBalance": "50"},
    "renewsAt": "2026-11-27T00:00:00Z", "items": [{"scope": "all", "limit": "500", "reserved": "20", "spent": "7"},
      {"scope": "user", "subject": "usr_1", "limit": "9", "reserved": "0", "spent": "7"}]})");
  EXPECT_EQ(
    shown(parse({"budget"}), budget, false),
    "fee payer Pay1 holds 90 lamports: low (alarm below 100, stops below 50)\nbudgets renew at 2026-11-27T00:00:00Z\n\n"
    "budget  of     limit  reserved  spent\nall            500    20        7\nuser    usr_1  9      0         7\n");
}

TEST(console, shows_what_each_event_changed) {
  const auto journal = nlohmann::json::parse(R"({"kind": "listing", "id": "lst_1", "version": 2, "events": [
    {"sequence": 2, "at": "2026-01-01T00:00:00Z", "type": "bid_placed", "data": {"amount": "7"}, "changes": [
      {"op": "replace", "path": "/highest", "value": "7"}, {"op": "add", "path": "/leader", "value": "usr_1"}]}],
        "state": {"highest": "7"}})");
  EXPECT_EQ(
    shown(parse({"journal", "listing/lst_1", "--at", "2"}), journal, false),
    "listing lst_1, 2 events\n2\t2026-01-01T00:00:00Z\tbid_placed {\"amount\":\"7\"}\n"
    "        ~ /highest \"7\"\n        + /leader \"usr_1\"\nthe state after event 2\n{\n  \"highest\": \"7\"\n}\n");
}

TEST(console, refuses_a_misspelled_variable_and_ignores_those_of_other_programs) {
  const auto said = [](const char* variable) -> std::string {
    const char* environment[] = {"PATH=/bin", variable, nullptr};
    try {
      check_environment(environment);
    } catch (const std::invalid_argument& e) {
      return e.what();
    }
    return "";
  };
  for (const auto* good : {"AINFT_CONSOLE_CONNECT=127.0.0.1:1", "AINFT_CONSOLE_OPERATOR_KEY=k", "AINFT_HTTP_PORT=1",
                           "AINFT_CONFIG_FILE=f", "AINFT_CLUSTER_CONSOLE_PORT=1", "AINFT_URL=http://a.test"})
    EXPECT_EQ(said(good), "") << good;
  EXPECT_EQ(said("AINFT_CONSOLE_CONECT=x"),
            "AINFT_CONSOLE_CONECT is not a variable of the console (did you mean AINFT_CONSOLE_CONNECT?)");
  EXPECT_EQ(said("AINFT_CONSOL_KEY=x"),
            "AINFT_CONSOL_KEY is not a variable of the console (did you mean AINFT_CONSOLE_KEY?)");
  EXPECT_EQ(said("AINFT_CONSOLE_COLOR_SCHEME=x"), "AINFT_CONSOLE_COLOR_SCHEME is not a variable of the console");
}
