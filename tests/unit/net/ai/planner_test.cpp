#include "net/ai/local/planner.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>

namespace {

using namespace ainft;
using namespace ainft::ai;
using nlohmann::json;
using testing_values::parsed;

/// An agent run of the planner. The test supplies the tools' results.
struct run {
  conversation talk;
  std::string goal = "Paint a lake for 2.5 SOL";

  run(std::vector<std::string> tools, const json& cause) {
    for (auto& t : tools)
      talk.tools.push_back({std::move(t), "", "{}"});
    talk.messages.push_back({role::user, parsed<spoken_text>(cause.dump()), {}, ""});
  }

  plan next() {
    auto out = local::plan_next(goal, talk, 7);
    talk.messages.push_back({role::assistant, out.text, out.calls, ""});
    return out;
  }
  void answer(const json& result) {
    const auto id = talk.messages.back().calls.at(0).id.str();
    talk.messages.push_back({role::tool, parsed<spoken_text>(result.dump()), {}, id});
  }
};

const std::vector<std::string> all{"make_job", "draft_nft", "list_nft"};

std::string only_call(const plan& p) {
  return p.calls.size() == 1 ? p.calls[0].name.str() + " " + p.calls[0].arguments.str() : p.text.str();
}

} // namespace

TEST(local_planner, has_a_picture_made_and_described_and_drafts_an_nft_of_it) {
  run r{all, {{"cause", "asked"}}};
  EXPECT_EQ(only_call(r.next()),
            R"(make_job {"kind":"image","prompt":"Paint a lake for 2.5 SOL","provider":"local","seed":7})");
  r.answer({{"jobId", "job_1"}, {"outputs", {{{"assetId", "ast_1"}}}}});
  EXPECT_EQ(only_call(r.next()),
            R"(make_job {"kind":"metadata","prompt":"Paint a lake for 2.5 SOL","provider":"local","seed":7})");
  r.answer(
    {{"jobId", "job_2"},
     {"outputs",
      {{{"text", R"({"name":"Lake","description":"A lake","attributes":[{"traitType":"Mood","value":"calm"}]})"}}}}});
  EXPECT_EQ(only_call(r.next()),
            R"(draft_nft {"assetId":"ast_1","attributes":[{"traitType":"Mood","value":"calm"}],"description":"A lake",)"
            R"("jobId":"job_1","name":"Lake"})");
  r.answer({{"id", "nft_1"}});
  const auto last = r.next();
  EXPECT_TRUE(last.calls.empty());
  EXPECT_FALSE(last.text.str().empty());
}

TEST(local_planner, offers_what_was_minted_at_the_price_in_the_goal) {
  for (const auto& [goal, price] : std::map<std::string, std::string>{{"Sell it for 2.5 SOL", "2500000000"},
                                                                      {"Sell it", "1000000000"},
                                                                      {"3 SOL", "3000000000"},
                                                                      {"-1 or x SOL", "1000000000"}}) {
    run r{all, {{"cause", "nft_minted"}, {"nftId", "nft_1"}}};
    r.goal = goal;
    EXPECT_EQ(only_call(r.next()), R"(list_nft {"kind":"fixed","nftId":"nft_1","price":")" + price + "\"}") << goal;
    r.answer({{"id", "lst_1"}});
    EXPECT_TRUE(r.next().calls.empty());
  }
}

TEST(local_planner, stops_when_something_did_not_work_out) {
  run r{all, {{"cause", "asked"}}};
  r.next();
  r.answer({{"error", "no credits"}});
  const auto last = r.next();
  EXPECT_TRUE(last.calls.empty());
  EXPECT_NE(last.text.str().find("make_job: no credits"), std::string::npos);
}

TEST(local_planner, uses_the_tools_that_there_are) {
  run without{{"reply"}, {{"cause", "asked"}}};
  EXPECT_TRUE(without.next().calls.empty());
  run pictures{{"make_job"}, {{"cause", "asked"}}};
  EXPECT_EQ(pictures.next().calls.size(), 1u);
  pictures.answer({{"jobId", "job_1"}, {"outputs", {{{"assetId", "ast_1"}}}}});
  EXPECT_TRUE(pictures.next().calls.empty());
}

TEST(local_planner, says_the_same_to_the_same) {
  run a{all, {{"cause", "asked"}}}, b{all, {{"cause", "asked"}}};
  EXPECT_EQ(only_call(a.next()), only_call(b.next()));
}
