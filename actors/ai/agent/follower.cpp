#include "actors/ai/agent/follower.hpp"

#include "actors/ai/agent/domain.hpp"
#include "actors/ai/agent/planning.hpp"
#include "actors/ai/agent/queries.hpp"
#include "actors/ai/job/api.hpp"
#include "actors/capability.hpp"
#include "actors/event_handler.hpp"
#include "actors/market/listing/protocol.hpp"
#include "actors/market/nft/protocol.hpp"
#include "actors/retry.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/event_codec.hpp"
#include "runtime/try.hpp"

#include <boost/asio/steady_timer.hpp>

#include <nlohmann/json.hpp>

namespace ainft::agent {

namespace {

using boost::asio::awaitable;
using runtime::errc;
using runtime::followed_event;
using runtime::result;

constexpr uint32_t plan_tokens = 2'048; ///< longest output of the model for one step
constexpr int most_tries = 3;
constexpr std::chrono::milliseconds between_tries{500};

/// Adds Solana errors, and errc::unknown_message: during a rolling update, a node of the older version may get the
/// command.
bool is_transient(const caf::error& e) {
  const auto code = runtime::explain(e).code;
  return ainft::is_transient(e) || code == errc::solana_failed || code == errc::unknown_message;
}

/// These errors mean that nobody waits for the result any more. The event is done.
caf::error unless_over(caf::error bad) {
  const auto code = runtime::explain(bad).code;
  return code == errc::wrong_state || code == errc::not_found ? caf::error{} : std::move(bad);
}

/// The audience of an agent's job has a second member: the agent.
bool names_agent(const followed_event& e) { return e.event.audience.size() > 1; }

/// The tool result for an ended job.
struct told_output {
  std::optional<asset_id> asset;
  std::optional<std::string> url;
  std::optional<std::string> text;
};
AINFT_DESCRIBE(told_output, (asset, "asset_id"), url, text)

struct told_job {
  job_id job;
  ai_job::phase state = ai_job::phase::queued;
  std::optional<std::string> error;
  std::vector<told_output> outputs;
};
AINFT_DESCRIBE(told_job, (job, "job_id"), state, error, outputs)

ai::spoken_text result_of(const ai_job::view& job) {
  constexpr size_t longest_text = 2'000;
  told_job told{job.id, job.state, {}, {}};
  if (job.state != ai_job::phase::succeeded)
    told.error = runtime::cut_utf8(job.reason.value_or("the job was cancelled"), longest_text);
  for (const auto& o : job.outputs) {
    auto& t = told.outputs.emplace_back();
    t.asset = o.asset;
    if (!o.url.empty())
      t.url = o.url;
    if (const auto& text = o.text.str(); !text.empty())
      t.text =
        text.size() <= longest_text ? text : "a text of " + std::to_string(text.size()) + " bytes, stored in the job";
  }
  const auto out = ai::spoken_text::parse(runtime::to_json(told));
  return out ? *out : refusal_of("the result is too long to show here; see the job " + job.id.str());
}

/// The tool result for a route's answer. If the answer has a `listing`, only that part.
ai::spoken_text result_of(const http::reply& answer) {
  auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (const auto listing = json.find("listing"); json.is_object() && listing != json.end())
    json = nlohmann::json(*listing);
  const auto out = ai::spoken_text::parse(json.is_discarded() ? "{}" : json.dump());
  return out ? *out : refusal_of("the call succeeded; its response is too long to show");
}

/// The tool result for a refusal, with the invalid fields.
ai::spoken_text result_of(const caf::error& bad) {
  const auto why = runtime::explain(bad);
  auto text = why.detail;
  for (const auto& field : why.fields)
    text += "; " + field.pointer + " " + field.rule;
  return refusal_of(text);
}

/// The run's cause, for a trigger event.
cause cause_of(const followed_event& e) {
  cause out{cause_kind{e.event.type}, {}, {}, {}, e.at.position};
  if (e.kind == nft::entity::kind)
    out.nft = nft_id{e.event.entity};
  else if (e.kind == listing::entity::kind)
    out.listing = listing_id{e.event.entity};
  else
    out.subject_id = id_text(e.kind, e.event.entity);
  return out;
}

/// The key is the agent that the event concerns. A trigger event concerns many agents: its key is its own entity.
void find_keys(const std::vector<followed_event>& events, const runtime::follower_settings::keys_found& done) {
  std::vector<runtime::uuid> out;
  out.reserve(events.size());
  for (const auto& e : events)
    out.push_back(names_agent(e) && e.kind == ai_job::entity::kind ? e.event.audience[1] : e.event.entity);
  done(std::move(out));
}

class event_handler {
public:
  event_handler(const services& s, const toolbox& tools, const ai_job::order_service& orders)
    : s_{s}, tools_{tools}, orders_{orders} {}

  awaitable<caf::error> handle(followed_event e) const {
    if (e.kind == ai_job::entity::kind)
      co_return co_await on_job(e);
    if (e.kind != domain::kind)
      co_return co_await on_happening(e);
    const agent_id id{e.event.entity};
    auto bad = co_await on_due(id, e);
    co_return unless_over(std::move(bad));
  }

private:
  awaitable<caf::error> on_due(agent_id id, const followed_event& e) const {
    AINFT_CO_TRY(event, runtime::decode_event<domain::events>(e.event.type, e.event.version, e.event.payload));
    if (const auto* plan = std::get_if<plan_due>(&event))
      co_return co_await have_planned(id, *plan);
    if (const auto* call = std::get_if<call_due>(&event))
      co_return co_await make_call(id, *call);
    co_return caf::error{};
  }

  template <class Command>
  awaitable<caf::error> tell(agent_id id, Command what) const {
    auto bad = co_await give<domain>(s_, id.get(), std::move(what));
    co_return unless_over(std::move(bad));
  }

  /// Like tell(), but returns the agent's view after the command.
  template <class Command>
  task<view> begin(agent_id id, Command what) const {
    AINFT_CO_TRY(done, co_await platform_command<domain>(s_, id.get(), std::move(what)));
    co_return value_of<domain>(done);
  }

  awaitable<caf::error> have_planned(agent_id id, plan_due due) const {
    auto talk = co_await conversation_of(s_, tools_, id);
    auto v = co_await read<domain>(s_, id.get());
    if (!talk || !v)
      co_return !talk ? talk.error() : v.error();
    const auto what = plan_of(*v, due);
    const auto once = id.str() + ":" + std::to_string(due.run) + ":" + std::to_string(due.step);
    const job_id job{runtime::uuid::derived(v->run->started_at, once)};
    const auto most = orders_.most_credits(what, size_of(*talk));
    begin_plan begins{due.run, due.step, job, most};
    AINFT_CO_TRY(begun, co_await begin(id, begins));
    if (begun.plan_job_id != job) // over budget: the run has ended
      co_return caf::error{};
    runtime::command_context context;
    context.who = {v->owner_id.get(), {}, v->owner_wallet.str()};
    auto refusal = orders_.check_provider(what.provider.str(), what.kind, what.model.str());
    if (!refusal) {
      ai_job::order_service::order_details details{{}, id, most, {}};
      auto ordered = co_await orders_.order(job, what, std::move(details), std::move(context));
      if (ordered)
        co_return caf::error{};
      refusal = std::move(ordered.error());
    }
    if (is_transient(refusal))
      co_return refusal;
    fail_plan failed{job, runtime::explain(refusal).detail, 0};
    co_return co_await tell(id, std::move(failed));
  }

  static ai_job::new_job plan_of(const view& v, const plan_due& due) {
    constexpr uint32_t steps_between_runs = 64;
    ai_job::new_job out;
    out.studio = v.studio_id;
    out.kind = ai_job::kind::plan;
    out.provider = v.provider;
    out.model = v.model;
    out.prompt = *ai_job::prompt_text::stored(v.goal.str());
    out.params.max_tokens = plan_tokens;
    out.seed = due.run * steps_between_runs + due.step;
    return out;
  }

  awaitable<caf::error> make_call(agent_id id, call_due due) const {
    AINFT_CO_TRY(v, co_await read<domain>(s_, id.get()));
    const auto price = tools_.price_of(v, due.call);
    begin_call begins{due.run, due.call.id, price.credits, price.listing, price.money};
    AINFT_CO_TRY(begun, co_await begin(id, begins));
    const auto& open = begun.open_calls;
    const bool goes_on = begun.run->number == due.run && !open.empty() && open.front().call.id == due.call.id
                         && open.front().begun && !open.front().job;
    if (!goes_on) // over budget, or its job is already in progress
      co_return caf::error{};
    auto answer = co_await try_call(begun, due.call);
    const auto* used = find_tool(due.call.name.str());
    if (answer && used && used->orders_job)
      co_return co_await await_job_of(id, due, *answer);
    finish_call done{due.run, due.call.id, answer ? result_of(*answer) : result_of(answer.error()),
                     static_cast<bool>(answer)};
    co_return co_await tell(id, std::move(done));
  }

  task<http::reply> try_call(const view& v, const ai::tool_call& call) const {
    for (int i = 1;; ++i) {
      auto answer = co_await tools_.run(v, call);
      if (answer || i == most_tries || !is_transient(answer.error()))
        co_return answer;
      boost::asio::steady_timer pause{co_await boost::asio::this_coro::executor, between_tries};
      co_await pause.async_wait(boost::asio::use_awaitable);
    }
  }

  awaitable<caf::error> await_job_of(agent_id id, call_due due, const http::reply& answer) const {
    auto job = value_of<ai_job::entity>({0, answer.body});
    if (!job)
      co_return std::move(job.error());
    await_job awaits{due.run, due.call.id, job->id};
    co_return co_await tell(id, std::move(awaits));
  }

  /// Handles the end of an agent's job.
  awaitable<caf::error> on_job(const followed_event& e) const {
    const agent_id id{e.event.audience[1]};
    auto job = co_await read<ai_job::entity>(s_, e.event.entity);
    if (!job)
      co_return unless_over(std::move(job.error()));
    if (job->state == ai_job::phase::queued || job->state == ai_job::phase::running)
      co_return caf::error{}; // it was queued again since this event
    if (job->kind != ai_job::kind::plan) {
      finish_job_call done{job->id, result_of(*job), job->usage.credits};
      co_return co_await tell(id, std::move(done));
    }
    auto next = plan_in(*job);
    if (next) {
      finish_plan done{job->id, std::move(*next), job->usage.credits};
      co_return co_await tell(id, std::move(done));
    }
    fail_plan failed{job->id, runtime::explain(next.error()).detail, job->usage.credits};
    co_return co_await tell(id, std::move(failed));
  }

  static result<ai::plan> plan_in(const ai_job::view& job) {
    if (job.state != ai_job::phase::succeeded || job.outputs.empty())
      return runtime::refuse(errc::conflict, job.reason.value_or("the job that plans the next step was cancelled"));
    AINFT_TRY(json, runtime::parse_json(job.outputs.front().text.str()));
    return runtime::from_json<ai::plan>(json, runtime::json_reader::unknown_fields::ignored);
  }

  awaitable<caf::error> on_happening(const followed_event& e) const {
    const auto* what = find_trigger(e.kind, e.event.type);
    if (!what)
      co_return caf::error{};
    auto q = [what, entity = e.event.entity](persistence::session& db) {
      const auto studio = what->studio_of(db, entity);
      return studio ? waiting_for(db, trigger{what->type}, *studio) : std::vector<agent_id>{};
    };
    AINFT_CO_TRY(agents, co_await net::query(s_.db, std::move(q)));
    const auto why = cause_of(e);
    caf::error first;
    for (const auto& id : agents) {
      start_run begins{why};
      auto bad = co_await tell(id, std::move(begins));
      if (bad && !first) // start the other agents' runs nevertheless
        first = std::move(bad);
    }
    co_return first;
  }

  const services& s_;
  const toolbox& tools_;
  const ai_job::order_service& orders_;
};

} // namespace

runtime::follower start_follower(const services& s) {
  const auto handler = std::make_shared<const event_handler>(s, s.ai.tools, s.ai.orders);
  runtime::follower_settings settings;
  settings.name = "agents";
  settings.retries = s.retries;
  settings.event_types = {"agent.plan_due", "agent.call_due", "ai_job.job_succeeded", "ai_job.job_failed",
                          "ai_job.job_cancelled"};
  for (auto& type : trigger_events())
    settings.event_types.push_back(std::move(type));
  settings.concerns = [](const followed_event& e) { return e.kind != ai_job::entity::kind || names_agent(e); };
  settings.keys = find_keys;
  settings.handle = handle_events_by(s, "handling an agent's event failed with an exception",
                                     [handler](const followed_event& e) { return handler->handle(e); });
  return runtime::start_follower(s.system, s.host.log(), std::move(settings));
}

} // namespace ainft::agent
