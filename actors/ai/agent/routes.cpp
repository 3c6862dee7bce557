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

namespace {

/// The body of POST /v1/ai/agents/{id}/runs.
struct run_order {
  asked_text message;
};
AINFT_DESCRIBE(run_order, (message, defaulted))

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
  if (auto bad = http::refuse_unknown_query(c, {"limit"}))
    co_return bad;
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
  if (auto bad = http::refuse_unknown_query(c, {"run"}))
    co_return bad;
  AINFT_CO_TRY(of, co_await own_of_path<agent::domain, agent_id>(s, c));
  AINFT_CO_TRY(number, run_asked_for(c, of));
  auto q = [id = of.id, run = number](persistence::session& db) { return transcript(db, id, run); };
  co_return co_await all_of(s, std::move(q));
}

} // namespace

void agent::add_routes(http::route_table& routes, const services& s) {
  const auto& orders = s.ai.orders;
  constexpr auto all = "/v1/ai/agents", one = "/v1/ai/agents/{id}", tag = "AI agents";
  const auto at = [](const char* what) { return "/v1/ai/agents/{id}/" + std::string{what}; };
  routes.answers<agent::view>(
    routes.json<new_agent>(verb::post, all, tag, "Create an agent for one of the caller's studios",
                           user_right("agents.create"),
                           [&s, &orders](call& c, new_agent body) { return create(s, orders, c, std::move(body)); }),
    201);
  list_route(routes, s, all, tag, "The caller's agents, oldest first", user_right("agents.read"), agent::list);
  routes.answers<agent::view>(routes.get(one, tag, "An agent and its current run", user_right("agents.read"),
                                         [&s](call& c) { return show<agent::domain, agent_id>(s, c); }));
  routes.answers<agent::view>(routes.json<change_agent>(
    verb::patch, one, tag, "Change an agent's goal, tools and budget", user_right("agents.change"),
    [&s, &orders](call& c, change_agent body) { return change(s, orders, c, std::move(body)); }));
  auto& retire = routes.get(one, tag, "Retire an agent: it never runs again", user_right("agents.retire"),
                            [&s](call& c) { return tell<agent::domain, agent_id>(s, c, retire_agent{}); });
  retire.method = verb::delete_;
  retire.rate = http::rate_class::write;
  routes.answers<agent::view>(retire);
  const auto simple = [&](const char* what, right needs, const char* summary, auto command) {
    routes.answers<agent::view>(routes.post(
      at(what), tag, summary, needs, [&s, command](call& c) { return tell<agent::domain, agent_id>(s, c, command); }));
  };
  simple("pause", user_right("agents.pause"),
         "Pause an agent: it begins no further step or run; calls in progress continue to their end", pause_agent{});
  simple("resume", user_right("agents.resume"), "Resume a paused agent", resume_agent{});
  simple("stop", user_right("agents.stop"), "Stop the current run", stop_run{});
  auto& run =
    routes.json<run_order>(verb::post, at("runs"), tag, "Start a run, or queue one to start after the current run",
                           user_right("agents.run"), [&s](call& c, run_order body) {
                             return tell<agent::domain, agent_id>(
                               s, c, start_run{{cause_kind::asked, std::move(body.message), {}, {}, 0}}, 202);
                           });
  routes.answers<agent::view>(run, 202);
  routes.answers_list<run_view>(routes.get(at("runs"), tag, "An agent's runs, latest first", user_right("agents.read"),
                                           [&s](call& c) { return list_runs(s, c); }));
  auto& words = routes.get(at("transcript"), tag, "The messages of a run, by default of the latest run",
                           user_right("agents.read"), [&s](call& c) { return show_transcript(s, c); });
  words.query = {"run"};
  routes.answers_list<said>(words);
  routes.answers<agent::view>(routes.json<answer_approval>(
    verb::post, at("approvals"), tag, "Approve or reject a call that waits for approval", user_right("agents.approve"),
    [&s](call& c, answer_approval body) { return tell<agent::domain, agent_id>(s, c, std::move(body)); }));
}

} // namespace ainft
