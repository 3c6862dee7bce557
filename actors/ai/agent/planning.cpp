#include "actors/ai/agent/planning.hpp"

#include "actors/ai/agent/domain.hpp"
#include "actors/ai/agent/queries.hpp"
#include "runtime/try.hpp"

#include <numeric>

namespace ainft::agent {

namespace {

std::string instructions_of(const view& v) {
  const auto left = [](uint64_t of, uint64_t used) { return std::to_string(of - std::min(of, used)); };
  return "You are " + v.name.str()
         + ", an agent of a studio that makes NFTs on Solana and sells them. Your goal: " + v.goal.str()
         + "\nThe first message says why this run started. Work towards the goal with the tools, one step after the "
           "other. A tool's result is JSON; one that has an "
           "\"error\" failed. Amounts are lamports (a billionth of a SOL), as decimal strings. You may use "
         + left(v.budget.credits, v.used.credits) + " more credits, and bind your owner to pay "
         + left(v.budget.money.get(), v.used.money.get())
         + " more lamports. When you are done, say in a few words what you did, without a tool call.";
}

} // namespace

task<ai::conversation> conversation_of(const services& s, const toolbox& tools, agent_id of) {
  AINFT_CO_TRY(v, co_await read<domain>(s, of.get()));
  if (!v.run)
    co_return runtime::refuse(runtime::errc::wrong_state, "the agent has no run yet");
  auto q = [of, run = v.run->number](persistence::session& db) { return transcript(db, of, run); };
  AINFT_CO_TRY(all, co_await net::query(s.db, std::move(q)));
  ai::conversation out{instructions_of(v), {}, tools.described(v.tools)};
  for (auto& m : all)
    out.messages.push_back(std::move(m.what));
  co_return out;
}

size_t size_of(const ai::conversation& talk) {
  constexpr size_t frame = 100; // bytes of JSON around a message, a call or a tool
  size_t out = talk.instructions.size();
  for (const auto& m : talk.messages) {
    out += frame + m.text.str().size() + m.answers.size();
    for (const auto& c : m.calls)
      out += frame + c.id.str().size() + c.name.str().size() + c.arguments.str().size();
  }
  for (const auto& t : talk.tools)
    out += frame + t.name.size() + t.description.size() + t.parameters.size();
  return out;
}

} // namespace ainft::agent
