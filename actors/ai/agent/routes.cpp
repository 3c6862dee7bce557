#include "actors/ai/agent/routes.hpp"

#include "actors/ai/agent/domain.hpp"
#include "actors/ai/agent/queries.hpp"
#include "actors/ai/job/api.hpp"
#include "actors/list_route.hpp"
#include "actors/ownership.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

#include <charconv>

namespace ainft {

using namespace agent;
using http::call;
using http::reply;
using http::right;
using http::user_right;
using http::verb;
using runtime::errc;

namespace {

/// The body of POST /v1/ai/agents/{id}/runs.
struct run_order {
  asked_text message;
};
AINFT_DESCRIBE(run_order, (message, defaulted, about("Tells the agent what to do this time, up to 4000 bytes.")))
AINFT_ABOUT(run_order, "What an agent is asked to do.")

task<reply> create(const services& s, const ai_job::order_service& orders, call& c, new_agent body) {
  if (auto bad = orders.check_provider(body.provider.str(), ai_job::kind::plan, body.model.str()))
    co_return bad;
  if (auto bad = orders.check_words(body.goal.str(), "/goal"))
    co_return bad;
  AINFT_CO_TRY(studio, co_await own_studio(s, c, body.studio));
  const agent_id id{c.new_id()};
  auto context = c.final_context(201);
  create_agent what{id, std::move(body)};
  AINFT_CO_TRY(made, co_await command<agent::domain>(s, id.get(), std::move(context), std::move(what)));
  co_return http::entity_reply(std::move(made), 201);
}

task<reply> change(const services& s, const ai_job::order_service& orders, call& c, change_agent body) {
  AINFT_CO_TRY(id, http::path_id<agent_id>(c));
  AINFT_CO_TRY(now, co_await read<agent::domain>(s, id.get(), c.who));
  const auto provider = body.provider.value_or(now.provider);
  const auto model = body.model.value_or(now.model);
  if (auto bad = orders.check_provider(provider.str(), ai_job::kind::plan, model.str()))
    co_return bad;
  if (auto bad = orders.check_words(body.goal.value_or(now.goal).str(), "/goal"))
    co_return bad;
  co_return co_await tell<agent::domain, agent_id>(s, c, std::move(body));
}

task<reply> list_runs(const services& s, call& c) {
  AINFT_CO_TRY(page, http::read_page(c));
  AINFT_CO_TRY(of, co_await own_of_path<agent::domain, agent_id>(s, c));
  auto q = [id = of.id, count = page.limit](persistence::session& db) { return runs_of(db, id, count); };
  co_return co_await all_of(s, std::move(q));
}

/// The run number from the query parameter `run`. Default: the last run; 0 if there is none.
runtime::result<uint32_t> run_asked_for(const call& c, const agent::view& of) {
  const auto it = c.query.find("run");
  if (it == c.query.end())
    return of.run ? of.run->number : 0;
  uint32_t number = 0;
  const auto* const end = it->second.data() + it->second.size();
  if (const auto [last, bad] = std::from_chars(it->second.data(), end, number); bad != std::errc{} || last != end)
    return runtime::refuse_field("/query/run", "must be the number of a run");
  return number;
}

task<reply> show_transcript(const services& s, call& c) {
  AINFT_CO_TRY(of, co_await own_of_path<agent::domain, agent_id>(s, c));
  AINFT_CO_TRY(number, run_asked_for(c, of));
  auto q = [id = of.id, run = number](persistence::session& db) { return transcript(db, id, run); };
  co_return co_await all_of(s, std::move(q));
}

} // namespace

void agent::add_routes(http::route_table& routes, const services& s) {
  const auto& orders = s.ai.orders;
  constexpr auto all = "/v1/ai/agents", one = "/v1/ai/agents/{id}", tag = "AI agents", id = "The agent.";
  const auto at = [](const char* what) { return "/v1/ai/agents/{id}/" + std::string{what}; };
  routes.describe_tag(tag, "Agents: chat models that work toward a goal with tools, on behalf of their owners.");
  routes
    .json<new_agent>(verb::post, all, tag, "Create an agent for one of the caller's studios",
                     user_right("agents.create"),
                     [&s, &orders](call& c, new_agent body) { return create(s, orders, c, std::move(body)); })
    .named("createAgent")
    .describe("The agent does nothing until a run begins: by `startAgentRun`, its schedule or its trigger.")
    .sample(R"({"studioId": "std_01m8abgc8ce6kvxkezy3xf2mrx", "name": "Painter",
                "goal": "Paint a lake at night and offer it for 2.5 SOL",
                "tools": ["make_job", "draft_nft", "list_nft", "reply"],
                "provider": "local", "budget": {"credits": 100}})")
    .refuses({errc::not_owner, errc::conflict})
    .versioned()
    .answers<agent::view>(201);
  list_route(routes, s, all, tag, "List the caller's agents, oldest first", user_right("agents.read"), agent::list)
    .named("listAgents")
    .describe(
      "In pages. `studioId` and `state` select among them. `getAgent` adds the goal, the tools and the current run.");
  routes
    .get(one, tag, "Get an agent with its current run", user_right("agents.read"),
         [&s](call& c) { return show<agent::domain, agent_id>(s, c); })
    .named("getAgent")
    .describe("Only its owner may read it. In the state `awaiting_approval`, the owner decides about the first of its "
              "`openCalls`.")
    .takes<agent_id>(id)
    .versioned()
    .answers<agent::view>();
  routes
    .json<change_agent>(verb::patch, one, tag, "Change an agent", user_right("agents.change"),
                        [&s, &orders](call& c, change_agent body) { return change(s, orders, c, std::move(body)); })
    .named("changeAgent")
    .takes<agent_id>(id)
    .describe("A change applies from the next step.")
    .sample(R"({"goal": "Paint a fox in the snow", "budget": {"credits": 200}})")
    .refuses({errc::wrong_state})
    .versioned()
    .answers<agent::view>();
  auto& retire = routes.get(one, tag, "Retire an agent", user_right("agents.retire"),
                            [&s](call& c) { return tell<agent::domain, agent_id>(s, c, retire_agent{}); });
  retire.method = verb::delete_;
  retire.rate = http::rate_class::write;
  retire.named("retireAgent")
    .takes<agent_id>(id)
    .describe("It never runs again. Its current run is stopped. It can still be read.")
    .versioned()
    .answers<agent::view>();
  const auto simple = [&](const char* what, right needs, const char* summary, auto command) -> http::route& {
    http::route& out = routes.post(at(what), tag, summary, needs,
                                   [&s, command](call& c) { return tell<agent::domain, agent_id>(s, c, command); });
    return out.takes<agent_id>(id).refuses({errc::wrong_state}).versioned().answers<agent::view>();
  };
  simple("pause", user_right("agents.pause"), "Pause an agent", pause_agent{})
    .named("pauseAgent")
    .describe("It begins no step, call or run until it is resumed. Work in progress goes on to its end. A retired "
              "agent is refused.");
  simple("resume", user_right("agents.resume"), "Resume a paused agent", resume_agent{})
    .named("resumeAgent")
    .describe("An agent that exceeded its budget also waits for this. A retired agent is refused.");
  simple("stop", user_right("agents.stop"), "Stop an agent's current run", stop_run{})
    .named("stopAgentRun")
    .describe("Queued runs then begin. Work in progress still counts for the budget when it ends.");
  routes
    .json<run_order>(verb::post, at("runs"), tag, "Start a run of an agent", user_right("agents.run"),
                     [&s](call& c, run_order body) {
                       return tell<agent::domain, agent_id>(
                         s, c, start_run{{asked_by_owner, std::move(body.message), {}, {}, 0}}, 202);
                     })
    .named("startAgentRun")
    .takes<agent_id>(id)
    .describe("The run waits in a queue if another one is in progress. A paused or retired agent is refused, and so "
              "are more than 20 waiting runs.")
    .sample(R"({"message": "Paint it in winter."})")
    .refuses({errc::wrong_state, errc::conflict})
    .versioned()
    .answers<agent::view>(202);
  routes
    .get(at("runs"), tag, "List an agent's runs, latest first", user_right("agents.read"),
         [&s](call& c) { return list_runs(s, c); })
    .named("listAgentRuns")
    .describe("Each run has its cause, its outcome and its cost. `getAgentTranscript` has the messages of one run.")
    .takes<agent_id>(id)
    .answers_first<run_view>();
  routes
    .get(at("transcript"), tag, "Get the messages of a run", user_right("agents.read"),
         [&s](call& c) { return show_transcript(s, c); })
    .named("getAgentTranscript")
    .takes<agent_id>(id)
    .describe("What the platform and the model wrote to each other, oldest first.")
    .asks<uint32_t>("run", "The number of the run. The latest run if absent.")
    .answers_all<said>();
  routes
    .json<answer_approval>(
      verb::post, at("approvals"), tag, "Approve or reject a call", user_right("agents.approve"),
      [&s](call& c, answer_approval body) { return tell<agent::domain, agent_id>(s, c, std::move(body)); })
    .named("answerAgentApproval")
    .takes<agent_id>(id)
    .describe("For an agent in the state `awaiting_approval`. The call that waits is the first of its `openCalls`.")
    .sample(R"({"callId": "call_1", "approve": false, "note": "Too expensive."})")
    .refuses({errc::wrong_state})
    .versioned()
    .answers<agent::view>();
}

} // namespace ainft
