#include "actors/ai/job/domain.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::ai_job;
using namespace ainft::testing_values;
using runtime::errc;

const auto creator = person(1), stranger = person(2);
const runtime::principal platform;

new_job body() {
  new_job b;
  b.provider = parsed<provider_name>("local");
  b.prompt = parsed<prompt_text>("a lake at dawn");
  b.seed = 7;
  return b;
}

struct job {
  state s;
  int64_t now = 0;

  template <class Command>
  errc give(const Command& c, const runtime::principal& who = platform) {
    const auto decided = decide(s, c, {at(now), who});
    if (decided)
      for (const auto& e : *decided)
        evolve(s, e);
    return code_of(decided);
  }
  errc start() { return give(start_job{parsed<worker_name>("w/0"), 60}); }
};

job queued() {
  job j;
  EXPECT_EQ(j.give(create_job{job_id::make(), body()}, creator), errc::none);
  return j;
}

job running() {
  auto j = queued();
  EXPECT_EQ(j.start(), errc::none);
  return j;
}

const std::vector<output> made{{asset_id::make(), "/assets/x", 7}};

} // namespace

TEST(ai_job, is_taken_by_one_worker) {
  auto j = running();
  EXPECT_EQ(j.start(), errc::wrong_state);
  EXPECT_EQ(j.s.shown.attempt, 1u);
  EXPECT_EQ(deadline(j.s), at(60));
}

TEST(ai_job, that_goes_on_at_its_provider_is_looked_at_again_by_another_attempt) {
  auto j = running();
  EXPECT_EQ(j.give(park_job{1, parsed<reference_text>("ft-1"), 30, 40}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::running);
  EXPECT_EQ(j.give(report_progress{1, 50, {}}), errc::wrong_state) << "the attempt is over";
  EXPECT_EQ(deadline(j.s), at(600)) << "no lease runs, the time limit does";
  j.now = 29;
  EXPECT_EQ(j.start(), errc::wrong_state);
  j.now = 30;
  EXPECT_EQ(j.start(), errc::none);
  EXPECT_EQ(j.s.shown.attempt, 2u);
  EXPECT_EQ(j.s.shown.progress, 40u);
  EXPECT_EQ(j.s.shown.reference->str(), "ft-1");
  EXPECT_EQ(j.give(finish_job{2, made, {}}), errc::none);
}

TEST(ai_job, is_parked_once_however_often_that_is_said) {
  auto j = running();
  const park_job parks{1, parsed<reference_text>("ft-1"), 30, 40};
  EXPECT_EQ(j.give(parks), errc::none);
  j.now = 5;
  EXPECT_EQ(j.give(parks), errc::none) << "the answer was lost, and it is said again";
  EXPECT_EQ(j.s.shown.ready_at, at(30));
  EXPECT_EQ(j.give(park_job{1, parsed<reference_text>("ft-2"), 30, 40}), errc::wrong_state);
}

TEST(ai_job, that_goes_on_at_its_provider_ends_with_its_time_limit) {
  auto j = running();
  j.give(park_job{1, parsed<reference_text>("ft-1"), 30, 40});
  j.now = 600;
  EXPECT_EQ(j.give(runtime::wake{}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::failed);
  EXPECT_FALSE(j.s.shown.dead);
  EXPECT_EQ(j.give(retry_job{}, creator), errc::none);
  EXPECT_FALSE(j.s.shown.reference) << "it begins anew";
}

TEST(ai_job, of_an_agent_costs_no_more_than_was_agreed) {
  job j;
  create_job order{job_id::make(), body()};
  order.agent = agent_id::make();
  order.expected_credits = 5;
  EXPECT_EQ(j.give(order, creator), errc::none);
  j.start();
  EXPECT_EQ(j.give(finish_job{1, made, {0, 0, 9}}), errc::none);
  EXPECT_EQ(j.s.shown.usage.credits, 5u);
}

TEST(ai_job, is_finished_once) {
  auto j = running();
  EXPECT_EQ(j.give(finish_job{1, made}), errc::none);
  EXPECT_EQ(j.s.shown.outputs, made);
  EXPECT_EQ(j.give(finish_job{1, made}), errc::none) << "the same result again changes nothing";
  EXPECT_EQ(j.give(finish_job{1, {}}), errc::wrong_state);
  EXPECT_EQ(j.give(fail_attempt{1, "late", true}), errc::wrong_state);
  EXPECT_FALSE(deadline(j.s));
}

TEST(ai_job, whose_lease_ran_out_is_anothers) {
  auto j = running();
  j.now = 61;
  EXPECT_EQ(j.give(runtime::wake{}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::queued);
  EXPECT_NE(j.s.shown.reason->find("w/0"), std::string::npos);
  EXPECT_EQ(j.start(), errc::wrong_state) << "not at once";
  j.now = 70;
  EXPECT_EQ(j.start(), errc::none);
  EXPECT_EQ(j.give(finish_job{1, made}), errc::wrong_state) << "the first worker comes too late";
  EXPECT_EQ(j.give(report_progress{1, 50}), errc::wrong_state);
  EXPECT_EQ(j.give(finish_job{2, made}), errc::none);
}

TEST(ai_job, keeps_its_lease_by_signs_of_life) {
  auto j = running();
  j.now = 50;
  EXPECT_EQ(j.give(report_progress{1, 40}), errc::none);
  EXPECT_EQ(deadline(j.s), at(110));
  EXPECT_EQ(j.give(report_progress{1, 30}), errc::none);
  EXPECT_EQ(j.s.shown.progress, 40u) << "it does not go back";
  EXPECT_EQ(j.give(report_progress{1, 900}), errc::none);
  EXPECT_EQ(j.s.shown.progress, 100u);
}

TEST(ai_job, is_tried_again_later_each_time_and_not_for_ever) {
  auto j = queued();
  int64_t last = 0;
  for (uint32_t n = 1; n < most_attempts; ++n) {
    ASSERT_EQ(j.start(), errc::none);
    ASSERT_EQ(j.give(fail_attempt{n, "the provider is busy", true}), errc::none);
    ASSERT_EQ(j.s.shown.state, phase::queued);
    const auto pause = j.s.shown.ready_at.unix_seconds() - at(j.now).unix_seconds();
    EXPECT_GT(pause, last);
    last = pause;
    j.now += pause;
  }
  ASSERT_EQ(j.start(), errc::none);
  ASSERT_EQ(j.give(fail_attempt{most_attempts, "the provider is busy", true}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::failed);
  EXPECT_EQ(j.s.shown.reason, "the provider is busy");
  EXPECT_TRUE(j.s.shown.dead) << "an operator may look into it";
  EXPECT_EQ(j.give(retry_job{}, creator), errc::none);
  EXPECT_EQ(j.start(), errc::none) << "a person's retry begins anew";
  EXPECT_EQ(j.give(fail_attempt{most_attempts + 1, "busy", true}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::queued);
}

TEST(ai_job, that_cannot_be_made_fails_at_once) {
  auto j = running();
  EXPECT_EQ(j.give(fail_attempt{1, "the prompt was refused", false}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::failed);
  EXPECT_FALSE(j.s.shown.dead) << "it would be refused again";
  EXPECT_TRUE(j.s.shown.ended_at);
}

TEST(ai_job, fails_when_its_time_is_up) {
  auto waiting = queued();
  EXPECT_EQ(deadline(waiting.s), at(usual_time_limit));
  waiting.now = usual_time_limit - 1;
  EXPECT_EQ(waiting.give(runtime::wake{}), errc::none);
  EXPECT_EQ(waiting.s.shown.state, phase::queued);
  waiting.now = usual_time_limit;
  EXPECT_EQ(waiting.give(runtime::wake{}), errc::none);
  EXPECT_EQ(waiting.s.shown.state, phase::failed);
  EXPECT_TRUE(waiting.s.shown.dead) << "nobody came to make it";
  EXPECT_EQ(waiting.give(retry_job{}), errc::none);
  EXPECT_EQ(waiting.s.shown.fails_at, at(int64_t{2} * usual_time_limit)) << "once more has the whole time once more";

  auto j = running();
  for (j.now = 50; j.now < static_cast<int64_t>(usual_time_limit); j.now += 50)
    ASSERT_EQ(j.give(report_progress{1, 10}), errc::none);
  EXPECT_EQ(deadline(j.s), at(usual_time_limit)) << "signs of life do not give more time";
  EXPECT_EQ(j.give(runtime::wake{}), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::failed);
  EXPECT_EQ(j.give(finish_job{1, made}), errc::wrong_state);
}

TEST(ai_job, is_not_begun_before_its_start) {
  auto b = body();
  b.start_at = at(100);
  job j;
  ASSERT_EQ(j.give(create_job{job_id::make(), b}, creator), errc::none);
  j.now = 99;
  EXPECT_EQ(j.start(), errc::wrong_state);
  j.now = 100;
  EXPECT_EQ(deadline(j.s), at(100 + usual_time_limit));
  EXPECT_EQ(j.start(), errc::none);
}

TEST(ai_job, shows_what_is_written_while_it_is) {
  auto j = running();
  EXPECT_EQ(j.give(report_progress{1, 0, parsed<result_text>("Once ")}), errc::none);
  EXPECT_EQ(j.give(report_progress{1, 0, parsed<result_text>("upon")}), errc::none);
  EXPECT_EQ(j.s.shown.partial.str(), "Once upon");
  const auto rest = parsed<result_text>(std::string(result_text::max_length, 'x'));
  EXPECT_EQ(j.give(report_progress{1, 0, rest}), errc::validation_failed);
  EXPECT_EQ(j.give(fail_attempt{1, "busy", true}), errc::none);
  EXPECT_EQ(j.s.shown.partial.str(), "") << "the next attempt writes its own";
}

TEST(ai_job, is_cancelled_and_retried_by_its_requester_only) {
  auto j = running();
  EXPECT_EQ(j.give(cancel_job{}, stranger), errc::not_owner);
  EXPECT_EQ(j.give(retry_job{}, creator), errc::wrong_state);
  EXPECT_EQ(j.give(cancel_job{}, creator), errc::none);
  EXPECT_EQ(j.give(finish_job{1, made}), errc::wrong_state);
  EXPECT_EQ(j.give(retry_job{}, stranger), errc::not_owner);
  EXPECT_EQ(j.give(retry_job{}, creator), errc::none);
  EXPECT_EQ(j.s.shown.state, phase::queued);
  EXPECT_FALSE(j.s.shown.reason);
  EXPECT_TRUE(may_read(j.s, creator));
  EXPECT_FALSE(may_read(j.s, stranger));
}

TEST(ai_job, refuses_what_is_too_large_or_too_many) {
  const auto refused = [](auto change) {
    auto b = body();
    change(b);
    return pointer_of(decide({}, create_job{job_id::make(), b}, {at(0), creator}));
  };
  EXPECT_EQ(refused([](auto& b) { b.params.width = 63; }), "/params/width");
  EXPECT_EQ(refused([](auto& b) { b.params.height = 2049; }), "/params/height");
  EXPECT_EQ(refused([](auto& b) { b.count = 0; }), "/count");
  EXPECT_EQ(refused([](auto& b) { b.count = 9; }), "/count");
  EXPECT_EQ(refused([](auto& b) { b.priority = 10; }), "/priority");
  EXPECT_EQ(refused([](auto& b) { b.time_limit = 0; }), "/timeLimit");
  EXPECT_EQ(refused([](auto& b) { b.start_at = at(31 * 86'400); }), "/startAt");
  EXPECT_EQ(refused([](auto& b) { b.params.steps = 201; }), "/params/steps");
  EXPECT_EQ(refused([](auto& b) { b.params.guidance = 50.1; }), "/params/guidance");
  EXPECT_EQ(refused([](auto& b) { b.params.strength = -0.1; }), "/params/strength");
  EXPECT_EQ(refused([](auto& b) { b.params.scale = 3; }), "/params/scale");
  EXPECT_EQ(refused([](auto& b) { b.params.max_tokens = 16'385; }), "/params/maxTokens");
  EXPECT_EQ(refused([](auto& b) { b.params.temperature = 2.1; }), "/params/temperature");
  EXPECT_EQ(refused([](auto& b) { b.prompt = {}; }), "/prompt");
  EXPECT_EQ(refused([](auto& b) { b.source = asset_id::make(); }), "/sourceAssetId");
  EXPECT_EQ(refused([](auto& b) { b.kind = kind::variation; }), "/sourceAssetId");
  EXPECT_EQ(refused([](auto& b) {
              b.kind = kind::upscale;
              b.source = asset_id::make();
              b.prompt = {};
            }),
            "")
    << "an upscale needs no words";
  EXPECT_EQ(refused([](auto&) {}), "");
}
