#include "actors/ai/agent/domain.hpp"
#include "runtime/codec/json_reader.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::agent;
using namespace ainft::testing_values;
using runtime::errc;

const auto owner = person(1), stranger = person(2);
const runtime::principal platform;

new_agent body(agent::budget budget = {100, lamports{1'000}}, std::vector<tool> approvals = {}) {
  new_agent b;
  b.name = parsed<agent_name>("Painter");
  b.goal = parsed<goal_text>("Paint a lake");
  b.tools = {tool{"make_job"}, tool{"draft_nft"}, tool{"place_bid"}, reply_tool};
  b.provider = parsed<ai_job::provider_name>("local");
  b.budget = budget;
  b.approvals = std::move(approvals);
  return b;
}

template <class Event>
bool has(const events& all) {
  return std::any_of(all.begin(), all.end(), [](const auto& e) { return std::holds_alternative<Event>(e); });
}

/// An agent that takes commands. Refused ones change nothing.
struct told {
  state s;
  events last;
  int64_t now = 0;

  explicit told(new_agent what = body()) {
    EXPECT_EQ(give(create_agent{agent_id::make(), std::move(what)}, owner), errc::none);
  }

  template <class Command>
  errc give(const Command& c, const runtime::principal& who = platform) {
    auto decided = decide(s, c, {at(now), who});
    last.clear();
    if (!decided)
      return code_of(decided);
    last = *decided;
    for (const auto& e : last)
      evolve(s, e);
    return errc::none;
  }

  errc ask() { return give(start_run{}, owner); }
  errc happen(uint64_t position) {
    return give(start_run{{cause_kind{"nft_minted"}, {}, nft_id::make(), {}, position}});
  }

  /// Plans the step that is due, with one call for each name.
  job_id plan(std::vector<std::string_view> names, uint64_t kept = 0, uint64_t took = 0) {
    const auto job = begin(kept);
    ai::plan next;
    for (const auto n : names)
      next.calls.push_back({parsed<ai::call_id>("c" + std::to_string(++calls)), parsed<ai::tool_name>(n),
                            parsed<ai::spoken_text>(R"({"text":"done"})")});
    EXPECT_EQ(give(finish_plan{job, next, took}), errc::none);
    return job;
  }
  job_id begin(uint64_t kept) {
    const auto job = job_id::make();
    EXPECT_EQ(give(begin_plan{s.shown.run->number, s.shown.run->steps + 1, job, kept}), errc::none);
    return job;
  }
  ai::call_id call() const { return s.shown.open_calls.at(0).call.id; }
  errc begin_first(uint64_t credits, lamports bid = {}, std::optional<listing_id> on = {}) {
    return give(begin_call{s.shown.run->number, call(), credits, on, bid});
  }
  errc finish_first(bool done = true) {
    return give(finish_call{s.shown.run->number, call(), parsed<ai::spoken_text>("{}"), done});
  }

  int calls = 0;
};

} // namespace

TEST(agent, plans_calls_and_ends_when_there_is_nothing_more_to_call) {
  told a;
  EXPECT_EQ(a.ask(), errc::none);
  EXPECT_TRUE(has<run_started>(a.last) && has<plan_due>(a.last));
  a.plan({"draft_nft"});
  EXPECT_TRUE(has<call_due>(a.last));
  EXPECT_EQ(a.begin_first(0), errc::none);
  EXPECT_EQ(a.finish_first(), errc::none);
  EXPECT_TRUE(has<plan_due>(a.last));
  a.plan({});
  EXPECT_TRUE(has<run_ended>(a.last));
  EXPECT_EQ(a.s.shown.run->outcome, outcome::succeeded);
  EXPECT_EQ(a.s.shown.state, phase::idle);
}

TEST(agent, does_calls_one_after_the_other) {
  told a;
  a.ask();
  a.plan({"draft_nft", "draft_nft"});
  EXPECT_EQ(a.s.shown.open_calls.size(), 2u);
  EXPECT_EQ(a.give(begin_call{1, parsed<ai::call_id>("c2"), 0, {}, {}}), errc::wrong_state);
  EXPECT_EQ(a.begin_first(0), errc::none);
  EXPECT_EQ(a.begin_first(0), errc::none) << "told again, nothing is done again";
  EXPECT_TRUE(a.last.empty());
  a.finish_first();
  EXPECT_EQ(a.begin_first(0), errc::none);
  a.finish_first();
}

TEST(agent, answers_calls_of_tools_that_it_does_not_have) {
  told a;
  a.ask();
  a.plan({"list_nft", "no_such_tool"});
  EXPECT_TRUE(has<call_answered>(a.last) && has<plan_due>(a.last));
  EXPECT_TRUE(a.s.shown.open_calls.empty());
}

TEST(agent, replies_and_is_done) {
  told a;
  a.ask();
  a.plan({"reply"});
  EXPECT_EQ(a.s.shown.run->outcome, outcome::succeeded);
  EXPECT_EQ(a.s.shown.run->words, "done");
}

TEST(agent, asks_for_approval_where_its_owner_wants_it) {
  told a{body({}, {tool{"draft_nft"}})};
  a.ask();
  a.plan({"draft_nft"});
  EXPECT_EQ(a.s.shown.state, phase::awaiting_approval);
  EXPECT_EQ(a.begin_first(0), errc::wrong_state);
  EXPECT_EQ(a.give(answer_approval{a.call(), true, {}}, stranger), errc::not_owner);
  EXPECT_EQ(a.give(answer_approval{parsed<ai::call_id>("x"), true, {}}, owner), errc::wrong_state);
  EXPECT_EQ(a.give(answer_approval{a.call(), true, {}}, owner), errc::none);
  EXPECT_TRUE(has<call_due>(a.last));
  EXPECT_EQ(a.s.shown.state, phase::acting);
}

TEST(agent, tells_the_model_what_its_owner_does_not_want) {
  told a{body({}, {tool{"draft_nft"}})};
  a.ask();
  a.plan({"draft_nft"});
  EXPECT_EQ(a.give(answer_approval{a.call(), false, parsed<note_text>("not \"now\"")}, owner), errc::none);
  ASSERT_TRUE(has<call_answered>(a.last));
  EXPECT_EQ(std::get<call_answered>(a.last[0]).result.str(),
            R"({"error":"the owner rejected this call: not \"now\""})");
}

TEST(agent, is_paused_by_a_plan_beyond_its_credits) {
  told a{body({10, {}})};
  a.ask();
  EXPECT_EQ(a.give(begin_plan{1, 1, job_id::make(), 11}), errc::none);
  EXPECT_EQ(a.s.shown.run->outcome, outcome::exhausted);
  EXPECT_TRUE(a.s.shown.paused);
  EXPECT_EQ(a.ask(), errc::wrong_state);
  EXPECT_EQ(a.give(resume_agent{}, owner), errc::none);
  EXPECT_EQ(a.ask(), errc::none);
}

TEST(agent, pays_for_a_plan_what_it_took) {
  told a;
  a.ask();
  const auto job = a.begin(40);
  EXPECT_EQ(a.s.shown.used.credits, 40u);
  EXPECT_EQ(a.give(finish_plan{job, {}, 3}), errc::none);
  EXPECT_EQ(a.s.shown.used.credits, 3u);
  EXPECT_EQ(a.give(finish_plan{job, {}, 3}), errc::none) << "told again";
  EXPECT_TRUE(a.last.empty());
}

TEST(agent, counts_a_higher_bid_on_the_same_listing_with_what_it_is_higher) {
  told a;
  a.ask();
  const auto on = listing_id::make();
  for (const uint64_t amount : {600U, 900U}) {
    a.plan({"place_bid"});
    EXPECT_EQ(a.begin_first(0, lamports{amount}, on), errc::none);
    EXPECT_EQ(a.finish_first(), errc::none);
    EXPECT_EQ(a.s.shown.used.money, lamports{amount});
  }
  a.plan({"place_bid"});
  EXPECT_EQ(a.begin_first(0, lamports{200}, listing_id::make()), errc::none);
  EXPECT_TRUE(has<call_answered>(a.last)) << "100 lamports are left";
  EXPECT_EQ(a.s.shown.used.money, lamports{900});
}

TEST(agent, gets_back_the_money_of_a_bid_that_was_refused) {
  told a;
  a.ask();
  a.plan({"place_bid"});
  a.begin_first(0, lamports{600}, listing_id::make());
  EXPECT_EQ(a.s.shown.used.money, lamports{600});
  a.finish_first(false);
  EXPECT_EQ(a.s.shown.used.money, lamports{0});
}

TEST(agent, begins_one_run_for_an_event_however_often_it_is_told) {
  told a;
  EXPECT_EQ(a.happen(7), errc::none);
  EXPECT_EQ(a.happen(7), errc::none);
  EXPECT_TRUE(a.last.empty());
  EXPECT_EQ(a.happen(8), errc::none);
  EXPECT_EQ(a.s.shown.runs_waiting, 1u);
  a.plan({});
  EXPECT_TRUE(has<run_started>(a.last)) << "the one that waited begins";
  EXPECT_EQ(a.s.shown.run->number, 2u);
}

TEST(agent, keeps_a_bounded_number_of_runs_waiting) {
  told a;
  for (size_t i = 0; i <= most_waiting; ++i)
    EXPECT_EQ(a.happen(i + 1), errc::none);
  EXPECT_EQ(a.ask(), errc::conflict);
  EXPECT_EQ(a.happen(1'000), errc::none);
  EXPECT_TRUE(a.last.empty());
}

TEST(agent, runs_by_its_schedule_and_skips_what_it_missed) {
  auto what = body();
  what.schedule = {60, at(10)};
  told a{what};
  EXPECT_EQ(deadline(a.s), at(10));
  a.now = 9;
  a.give(runtime::wake{});
  EXPECT_TRUE(a.last.empty());
  a.now = 200;
  a.give(runtime::wake{});
  EXPECT_TRUE(has<run_started>(a.last));
  EXPECT_EQ(a.s.shown.next_run_at, at(250));
  EXPECT_EQ(deadline(a.s), std::nullopt) << "not while it runs";
  a.plan({});
  EXPECT_EQ(deadline(a.s), at(250));
  a.give(pause_agent{}, owner);
  EXPECT_EQ(deadline(a.s), std::nullopt);
}

TEST(agent, takes_up_after_a_pause_what_was_due) {
  told a;
  a.ask();
  a.give(pause_agent{}, owner);
  EXPECT_EQ(a.give(begin_plan{1, 1, job_id::make(), 0}), errc::wrong_state);
  a.give(resume_agent{}, owner);
  EXPECT_TRUE(has<plan_due>(a.last));
  a.plan({"draft_nft"});
  a.give(pause_agent{}, owner);
  EXPECT_EQ(a.begin_first(0), errc::wrong_state);
  a.give(resume_agent{}, owner);
  EXPECT_TRUE(has<call_due>(a.last));
}

TEST(agent, counts_what_a_stopped_run_left_under_way_when_it_has_ended) {
  told a;
  a.ask();
  a.plan({"make_job", "place_bid"});
  a.begin_first(30);
  const auto job = job_id::make();
  a.give(stop_run{}, owner);
  EXPECT_EQ(a.s.shown.used.credits, 30u);
  EXPECT_EQ(a.give(await_job{1, a.s.abandoned.at(0).call.id, job}), errc::none);
  EXPECT_EQ(a.give(finish_job_call{job, parsed<ai::spoken_text>("{}"), 12}), errc::none);
  EXPECT_EQ(a.s.shown.used.credits, 12u);
  EXPECT_TRUE(a.s.abandoned.empty());
}

TEST(agent, is_read_again_from_a_snapshot_whatever_a_stopped_run_left) {
  told a;
  a.ask();
  const auto job = a.begin(40);
  a.give(stop_run{}, owner);
  a.ask();
  a.plan({"make_job"}, 20, 3);
  a.begin_first(30);
  const auto text = runtime::to_json(a.s);
  auto json = runtime::parse_json(text);
  ASSERT_TRUE(json);
  auto read = runtime::from_json<state>(*json, runtime::json_reader::unknown_fields::ignored);
  ASSERT_TRUE(read) << runtime::explain(read.error()).detail;
  EXPECT_EQ(runtime::to_json(*read), text);
  a.s = *read;
  EXPECT_EQ(a.give(finish_plan{job, {}, 7}), errc::none);
  EXPECT_EQ(a.s.shown.used.credits, 7u + 3u + 30u);
}

TEST(agent, does_nothing_when_it_is_retired) {
  told a;
  a.ask();
  a.give(retire_agent{}, owner);
  EXPECT_EQ(a.s.shown.run->outcome, outcome::stopped);
  EXPECT_EQ(a.ask(), errc::wrong_state);
  EXPECT_EQ(a.happen(1), errc::none);
  EXPECT_TRUE(a.last.empty());
}

TEST(agent, obeys_its_owner_alone_and_believes_the_platform_alone) {
  told a;
  EXPECT_EQ(a.give(pause_agent{}, stranger), errc::not_owner);
  EXPECT_EQ(a.give(stop_run{}, stranger), errc::not_owner);
  EXPECT_EQ(a.give(retire_agent{}, stranger), errc::not_owner);
  EXPECT_EQ(a.give(change_agent{}, stranger), errc::not_owner);
  EXPECT_EQ(a.give(finish_plan{}, owner), errc::forbidden);
  EXPECT_EQ(a.give(begin_call{}, owner), errc::forbidden);
  EXPECT_FALSE(may_read(a.s, stranger));
}

RC_GTEST_PROP(agent, never_uses_more_than_its_budget, ()) {
  const auto credits = *rc::gen::inRange<uint64_t>(0, 200), money = *rc::gen::inRange<uint64_t>(0, 2'000);
  told a{body({credits, lamports{money}})};
  const std::array<listing_id, 2> listings{listing_id::make(), listing_id::make()};
  const auto within = [&] { RC_ASSERT(a.s.shown.used.credits <= credits && a.s.shown.used.money.get() <= money); };
  for (int i = 0; i < 30; ++i) {
    const auto& v = a.s.shown;
    const auto some = *rc::gen::inRange<uint64_t>(0, 90);
    if (v.paused)
      a.give(resume_agent{}, owner);
    if (!v.run || v.run->outcome != outcome::running)
      a.ask();
    else if (v.plan_job_id)
      a.give(finish_plan{*v.plan_job_id,
                         {{},
                          {{parsed<ai::call_id>("c" + std::to_string(i)),
                            parsed<ai::tool_name>(some % 2 ? "make_job" : "place_bid"),
                            {}}}},
                         some});
    else if (a.s.plan_due)
      a.give(begin_plan{v.run->number, v.run->steps + 1, job_id::make(), some});
    else if (!v.open_calls.empty() && !v.open_calls[0].begun)
      a.begin_first(some, lamports{some * 20}, listings[some % 2]);
    else if (!v.open_calls.empty())
      *rc::gen::inRange(0, 4) == 0 ? a.give(stop_run{}, owner) : a.finish_first(some % 3 != 0);
    within();
  }
}

TEST(agent, needs_approval_for_a_new_tool_that_commits_its_owner_unless_the_owner_chooses) {
  told a{body({100, lamports{1'000}}, {})};
  change_agent more;
  more.tools = std::vector{tool{"place_bid"}, tool{"list_nft"}};
  EXPECT_EQ(a.give(more, owner), errc::none);
  EXPECT_EQ(a.s.shown.approvals, std::vector{tool{"list_nft"}}) << "place_bid was there before";
  change_agent chosen;
  chosen.tools = std::vector{tool{"place_bid"}, tool{"list_nft"}, tool{"make_job"}};
  chosen.approvals = std::vector<tool>{};
  EXPECT_EQ(a.give(chosen, owner), errc::none);
  EXPECT_TRUE(a.s.shown.approvals.empty());
}
