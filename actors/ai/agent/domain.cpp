#include "actors/ai/agent/run_state.hpp"

#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_reader.hpp"
#include "runtime/try.hpp"

#include <set>

namespace ainft::agent {

using runtime::errc;
using runtime::field_error;
using runtime::refuse;
using runtime::result;
using runtime::time_point;
using std::chrono::seconds;

namespace {

constexpr std::chrono::hours farthest_start{366 * 24};

// -- checks ----------------------------------------------------------------------------------------------------------

void check_tools(const std::vector<tool>& tools, const char* pointer, std::vector<field_error>& bad) {
  if (std::set(tools.begin(), tools.end()).size() != tools.size())
    bad.push_back({pointer, "must not have a tool twice"});
}

void check_schedule(const schedule& at, time_point now, std::vector<field_error>& bad) {
  if (at.every != 0 && (at.every < shortest_interval || at.every > longest_interval))
    bad.push_back({"/schedule/every", "must be from 60 to 31536000 seconds, or 0 for none"});
  if (at.from && *at.from > now + farthest_start)
    bad.push_back({"/schedule/from", "must be at most 366 days from now"});
}

caf::error refuse_if_any(std::vector<field_error> bad) {
  return bad.empty() ? caf::error{} : runtime::refuse_fields(std::move(bad));
}

/// Only the owner may command an agent, and only until it is retired: errc::not_owner, errc::wrong_state.
caf::error refuse_stranger(const state& s, const runtime::decision_context& context) {
  if (context.who.user != s.shown.owner_id.get())
    return refuse(errc::not_owner, "only the agent's owner may do this");
  if (s.shown.state == phase::retired)
    return refuse(errc::wrong_state, "the agent is retired");
  return {};
}

// -- queries on the state --------------------------------------------------------------------------------------------

bool is_run(const state& s, uint32_t number) { return is_running(s) && s.shown.run->number == number; }

bool has(const std::vector<tool>& tools, const tool& t) {
  return std::find(tools.begin(), tools.end(), t) != tools.end();
}

bool any_of_job(const std::vector<open_call>& among, const job_id& job) {
  return std::any_of(among.begin(), among.end(), [&](const auto& c) { return c.job == job; });
}

lamports bid_before(const state& s, const listing_id& on) {
  const auto it = std::find_if(s.bids.begin(), s.bids.end(), [&](const auto& b) { return b.listing == on; });
  return it == s.bids.end() ? lamports{} : it->amount;
}

// -- events that follow without a command ----------------------------------------------------------------------------

struct reply_arguments {
  std::string text;
};
AINFT_DESCRIBE(reply_arguments, text)

call_answered refused(const open_call& c, std::string_view reason, time_point now) {
  return {c.run, c.call.id, refusal_of(reason), false, 0, {}, false, now};
}

/// Answers a call of the tool `reply`. Its text becomes the run's reply to the owner.
call_answered replied(const open_call& c, time_point now) {
  auto json = runtime::parse_json(c.call.arguments.str());
  auto words = json ? runtime::from_json<reply_arguments>(*json) : result<reply_arguments>{json.error()};
  if (!words)
    return refused(c, "the arguments must be {\"text\": …}", now);
  return {c.run, c.call.id, *ai::spoken_text::parse(R"({"delivered":true})"), true, 0, std::move(words->text),
          false, now};
}

std::optional<domain::events> next_of_call(const state& s, const open_call& c, time_point now) {
  if (c.due || c.begun)
    return std::nullopt;
  const tool named{c.call.name.str()};
  if (!has(s.shown.tools, named))
    return refused(c, "the agent has no tool of this name", now);
  if (has(s.shown.approvals, named) && !c.approved)
    return c.asked ? std::nullopt : std::optional<domain::events>{approval_asked{c.call}};
  if (named == reply_tool)
    return replied(c, now);
  return call_due{c.run, c.call};
}

std::optional<domain::events> next_event(const state& s, time_point now) {
  const auto& v = s.shown;
  if (v.paused || v.state == phase::retired)
    return std::nullopt;
  if (!is_running(s))
    return s.waiting.empty()
             ? std::nullopt
             : std::optional<domain::events>{run_started{v.run ? v.run->number + 1 : 1, s.waiting.front(), now}};
  if (!v.open_calls.empty())
    return next_of_call(s, v.open_calls.front(), now);
  if (v.plan_job_id || s.plan_due)
    return std::nullopt;
  if (s.reply)
    return run_ended{outcome::succeeded, *s.reply, 0, now};
  if (v.run->steps >= most_steps)
    return run_ended{outcome::failed, "the run reached the limit of " + std::to_string(most_steps) + " steps", 0, now};
  if (s.bytes > most_bytes)
    return run_ended{outcome::failed, "the conversation exceeded " + std::to_string(most_bytes) + " bytes", 0, now};
  return plan_due{v.run->number, v.run->steps + 1};
}

/// Appends to `out` every event that follows from it without another command.
events with_next(state s, events out, time_point now) {
  for (const auto& e : out)
    evolve(s, e);
  while (auto next = next_event(s, now)) {
    evolve(s, *next);
    out.push_back(std::move(*next));
  }
  return out;
}

std::string left(uint64_t of, uint64_t used, uint64_t wanted, const char* unit) {
  return "the budget has " + std::to_string(of - std::min(of, used)) + " " + unit + " left, but this may cost "
         + std::to_string(wanted);
}

/// Whether the budget still has this many credits, or lamports.
bool affords(const state& s, uint64_t credits) {
  const auto& v = s.shown;
  return v.used.credits <= v.budget.credits && credits <= v.budget.credits - v.used.credits;
}
bool affords(const state& s, lamports money) {
  const auto sum = solana::add(s.shown.used.money, money);
  return sum && *sum <= s.shown.budget.money;
}

} // namespace

// -- the owner's commands --------------------------------------------------------------------------------------------

result<events> decide(const state& s, const create_agent& c, const runtime::decision_context& context) {
  std::vector<field_error> bad;
  check_tools(c.what.tools, "/tools", bad);
  check_tools(c.what.approvals, "/approvals", bad);
  check_schedule(c.what.schedule, context.now, bad);
  if (auto refusal = refuse_if_any(std::move(bad)))
    return refusal;
  if (!s.shown.id.is_nil()) // a retry: the answer to the first request was lost
    return s.shown.owner_id.get() == context.who.user ? result<events>{events{}}
                                                      : refuse(errc::conflict, "this agent already exists");
  AINFT_TRY(wallet, wallet_address::parse(context.who.wallet));
  return events{agent_created{c.id, user_id{context.who.user}, wallet, c.what, context.now}};
}

namespace {

/// The change, with new tools among the approvals if each of their calls needs the owner's approval and the owner does
/// not choose.
change_agent with_new_approvals(const state& s, change_agent c) {
  if (!c.tools || c.approvals)
    return c;
  auto approvals = s.shown.approvals;
  for (const auto& t : usual_approvals())
    if (has(*c.tools, t) && !has(s.shown.tools, t) && !has(approvals, t))
      approvals.push_back(t);
  if (approvals != s.shown.approvals)
    c.approvals = std::move(approvals);
  return c;
}

} // namespace

result<events> decide(const state& s, const change_agent& c, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  std::vector<field_error> bad;
  if (c.tools)
    check_tools(*c.tools, "/tools", bad);
  if (c.approvals)
    check_tools(*c.approvals, "/approvals", bad);
  if (c.schedule)
    check_schedule(*c.schedule, context.now, bad);
  if (auto refusal = refuse_if_any(std::move(bad)))
    return refusal;
  return with_next(s, {agent_changed{with_new_approvals(s, c), context.now}}, context.now);
}

result<events> decide(const state& s, const pause_agent&, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  return s.shown.paused ? events{} : events{agent_paused{}};
}

result<events> decide(const state& s, const resume_agent&, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  return s.shown.paused ? with_next(s, {agent_resumed{}}, context.now) : events{};
}

result<events> decide(const state& s, const retire_agent&, const runtime::decision_context& context) {
  if (s.shown.state == phase::retired && context.who.user == s.shown.owner_id.get())
    return events{};
  if (auto bad = refuse_stranger(s, context))
    return bad;
  events out;
  if (is_running(s))
    out.push_back(run_ended{outcome::stopped, "the owner retired the agent", 0, context.now});
  out.push_back(agent_retired{});
  return out;
}

result<events> decide(const state& s, const stop_run&, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  if (!is_running(s))
    return refuse(errc::wrong_state, "the agent has no run in progress");
  return with_next(s, {run_ended{outcome::stopped, "the owner stopped the run", 0, context.now}}, context.now);
}

result<events> decide(const state& s, const answer_approval& c, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  const auto& open = s.shown.open_calls;
  if (!is_running(s) || open.empty() || !open.front().asked || open.front().approved || open.front().call.id != c.call)
    return refuse(errc::wrong_state, "no call with this id waits for approval");
  if (c.approve)
    return with_next(s, {call_approved{c.call}}, context.now);
  const auto& note = c.note.str();
  return with_next(
    s, {refused(open.front(), "the owner rejected this call" + (note.empty() ? "" : ": " + note), context.now)},
    context.now);
}

result<events> decide(const state& s, const start_run& c, const runtime::decision_context& context) {
  const bool by_event = context.who.is_platform();
  const bool is_no_news = by_event
                          && (s.shown.paused || s.shown.state == phase::retired || s.waiting.size() >= most_waiting
                              || std::find(s.heard.begin(), s.heard.end(), c.why.position) != s.heard.end());
  if (is_no_news)
    return events{};
  if (!by_event) {
    if (auto bad = refuse_stranger(s, context))
      return bad;
    if (s.shown.paused)
      return refuse(errc::wrong_state, "the agent is paused");
    if (s.waiting.size() >= most_waiting)
      return refuse(errc::conflict, std::to_string(most_waiting) + " runs already wait");
  }
  return with_next(s, {run_queued{c.why}}, context.now);
}

result<events> decide(const state& s, const runtime::wake&, const runtime::decision_context& context) {
  if (deadline(s).value_or(context.now + seconds{1}) > context.now)
    return events{};
  return with_next(s, {run_queued{{on_schedule, {}, {}, {}, 0}}}, context.now);
}

// -- the platform's commands -----------------------------------------------------------------------------------------

result<events> decide(const state& s, const begin_plan& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  if (is_run(s, c.run) && s.shown.plan_job_id == c.job)
    return events{};
  if (!is_run(s, c.run) || !s.plan_due || s.shown.run->steps + 1 != c.step || s.shown.paused)
    return refuse(errc::wrong_state, "this step cannot be planned now");
  if (!affords(s, c.credits))
    return with_next(
      s,
      {run_ended{outcome::exhausted, left(s.shown.budget.credits, s.shown.used.credits, c.credits, "credits"), 0,
                 context.now}},
      context.now);
  return events{plan_begun{c.job, c.credits}};
}

result<events> decide(const state& s, const finish_plan& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  if (s.shown.plan_job_id == c.job)
    return with_next(s, {step_planned{c.next, std::min(c.credits, s.plan_credits), context.now}}, context.now);
  return any_of_job(s.abandoned, c.job) ? events{job_settled{c.job, c.credits}} : events{};
}

result<events> decide(const state& s, const fail_plan& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  if (s.shown.plan_job_id == c.job)
    return with_next(s, {run_ended{outcome::failed, c.reason, std::min(c.credits, s.plan_credits), context.now}},
                     context.now);
  return any_of_job(s.abandoned, c.job) ? events{job_settled{c.job, c.credits}} : events{};
}

result<events> decide(const state& s, const begin_call& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const auto* call = find(s.shown.open_calls, c.run, c.call);
  if (!is_run(s, c.run) || !call || !call->due || s.shown.paused)
    return refuse(errc::wrong_state, "this call cannot be made now");
  if (call->begun)
    return events{};
  const auto before = c.listing ? bid_before(s, *c.listing) : lamports{};
  const lamports more{c.bid > before ? c.bid.get() - before.get() : 0};
  if (!affords(s, c.credits))
    return with_next(
      s, {refused(*call, left(s.shown.budget.credits, s.shown.used.credits, c.credits, "credits"), context.now)},
      context.now);
  if (!affords(s, more))
    return with_next(
      s,
      {refused(*call, left(s.shown.budget.money.get(), s.shown.used.money.get(), more.get(), "lamports"), context.now)},
      context.now);
  return events{call_begun{c.call, c.credits, more, c.listing, c.bid}};
}

result<events> decide(const state& s, const await_job& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const auto* call = find(s.shown.open_calls, c.run, c.call);
  if (!call)
    call = find(s.abandoned, c.run, c.call);
  if (!call)
    return refuse(errc::wrong_state, "this call has already ended");
  return call->job ? events{} : events{job_awaited{c.run, c.call, c.job}};
}

result<events> decide(const state& s, const finish_call& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const bool open = find(s.shown.open_calls, c.run, c.call);
  if (!open && !find(s.abandoned, c.run, c.call))
    return refuse(errc::wrong_state, "this call has already ended");
  return with_next(s, {call_answered{c.run, c.call, c.result, c.done, 0, {}, !open, context.now}}, context.now);
}

result<events> decide(const state& s, const finish_job_call& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const auto& open = s.shown.open_calls;
  const auto call = std::find_if(open.begin(), open.end(), [&](const auto& x) { return x.job == c.job; });
  if (call != open.end())
    return with_next(
      s,
      {call_answered{
        call->run, call->call.id, c.result, true, std::min(c.credits, call->credits), {}, false, context.now}},
      context.now);
  return any_of_job(s.abandoned, c.job) ? events{job_settled{c.job, c.credits}} : events{};
}

} // namespace ainft::agent
