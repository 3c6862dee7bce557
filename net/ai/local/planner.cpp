#include "net/ai/local/planner.hpp"

#include "net/ai/local/writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ainft::ai::local {

using nlohmann::json;

namespace {

json parse(const std::string& text) {
  auto out = json::parse(text, nullptr, false);
  return out.is_object() ? std::move(out) : json::object();
}

std::string text_in(const json& j, const char* field) {
  const auto it = j.find(field);
  return it != j.end() && it->is_string() ? it->get<std::string>() : "";
}

/// The state of a run, as read from its conversation.
struct progress {
  json cause = json::object(); ///< why the run began
  json picture, words;         ///< outputs of jobs
  std::string job;             ///< the job that made the picture
  bool drafted = false, listed = false;
  std::string problem;
};

void note(progress& p, const tool_call& call, const json& result) {
  if (const auto problem = text_in(result, "error"); !problem.empty())
    p.problem = call.name.str() + ": " + problem;
  else if (call.name.str() == "draft_nft")
    p.drafted = true;
  else if (call.name.str() == "list_nft")
    p.listed = true;
  else if (const auto outputs = result.find("outputs");
           outputs != result.end() && outputs->is_array() && !outputs->empty()) {
    const bool is_picture = !text_in(outputs->front(), "assetId").empty();
    (is_picture ? p.picture : p.words) = outputs->front();
    if (is_picture)
      p.job = text_in(result, "jobId");
  }
}

progress progress_of(const conversation& talk) {
  progress out;
  std::vector<tool_call> calls;
  for (const auto& m : talk.messages) {
    if (m.from == role::user)
      out.cause = parse(m.text.str());
    calls.insert(calls.end(), m.calls.begin(), m.calls.end());
    const auto call = std::find_if(calls.begin(), calls.end(),
                                   [&](const auto& c) { return m.from == role::tool && c.id.str() == m.answers; });
    if (call != calls.end())
      note(out, *call, parse(m.text.str()));
  }
  return out;
}

constexpr uint64_t lamports_per_sol = 1'000'000'000;

/// Finds a price such as "for 2.5 SOL" in the goal. Returns lamports; 1 SOL if there is none.
uint64_t price_in(std::string_view goal) {
  for (size_t at = goal.find(" SOL"); at != goal.npos; at = goal.find(" SOL", at + 1)) {
    const auto begin = goal.find_last_not_of("0123456789.", at - 1) + 1;
    double sol = 0;
    const auto [end, bad] = std::from_chars(goal.data() + begin, goal.data() + at, sol);
    if (bad == std::errc{} && end == goal.data() + at && sol > 0 && sol < 1e6)
      return static_cast<uint64_t>(std::llround(sol * lamports_per_sol));
  }
  return lamports_per_sol;
}

plan call(const char* name, const json& arguments, const conversation& talk) {
  const auto id = "call_" + std::to_string(talk.messages.size());
  return {{}, {{*call_id::parse(id), *tool_name::parse(name), *spoken_text::parse(arguments.dump())}}};
}

plan say(const std::string& text) {
  const auto parsed = spoken_text::parse(text);
  return {parsed ? *parsed : *spoken_text::parse("The text is too long to show."), {}};
}

plan draft(const progress& p, const conversation& talk) {
  const auto written = parse(text_in(p.words, "text"));
  json what{{"name", text_in(written, "name")},
            {"description", text_in(written, "description")},
            {"assetId", text_in(p.picture, "assetId")},
            {"jobId", p.job}};
  if (const auto traits = written.find("attributes"); traits != written.end())
    what["attributes"] = *traits;
  return call("draft_nft", what, talk);
}

} // namespace

plan plan_next(std::string_view goal, const conversation& talk, uint32_t seed) {
  const auto has = [&talk](std::string_view name) {
    return std::any_of(talk.tools.begin(), talk.tools.end(), [&](const auto& t) { return t.name == name; });
  };
  const auto p = progress_of(talk);
  const auto minted = text_in(p.cause, "cause") == "nft_minted" ? text_in(p.cause, "nftId") : "";
  if (!p.problem.empty())
    return say("A step failed. " + p.problem);
  if (!minted.empty() && has("list_nft") && !p.listed)
    return call("list_nft", {{"nftId", minted}, {"kind", "fixed"}, {"price", std::to_string(price_in(goal))}}, talk);
  if (minted.empty() && has("make_job") && !p.drafted) {
    if (p.picture.is_null())
      return call("make_job", {{"kind", "image"}, {"provider", "local"}, {"prompt", goal}, {"seed", seed}}, talk);
    if (has("draft_nft") && p.words.is_null())
      return call("make_job", {{"kind", "metadata"}, {"provider", "local"}, {"prompt", goal}, {"seed", seed}}, talk);
    if (has("draft_nft"))
      return draft(p, talk);
  }
  return say(write_text(goal, seed));
}

} // namespace ainft::ai::local
