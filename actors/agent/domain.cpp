#include "actors/agent/domain.hpp"

#include "runtime/codec/json_reader.hpp"

#include <algorithm>
#include <set>

namespace ainft::agent {

using runtime::errc;
using runtime::field_error;
using runtime::refuse;
using runtime::result;
using runtime::time_point;
using std::chrono::seconds;

namespace {

constexpr uint32_t shortest_interval = 60, longest_interval = 365 * 24 * 3600;
constexpr std::chrono::hours farthest_start{366 * 24};
constexpr size_t events_remembered = 200;

// -- checks ---------------------------------------------------------------------------------------------------------

void check_tools(const std::vector<tool>& tools, const char* pointer, std::vector<field_error>& bad) {
  if (std::set(tools.begin(), tools.end()).size() != tools.size())
    bad.push_back({pointer, "must have each tool once"});
}

void check_schedule(const schedule& at, time_point now, std::vector<field_error>& bad) {
  if (at.every != 0 && (at.every < shortest_interval || at.every > longest_interval))
    bad.push_back({"/schedule/every", "must be from 60 to 31536000 seconds, or 0 for none"});
  if (at.from && *at.from > now + farthest_start)
    bad.push_back({"/schedule/from", "must be within 366 days"});
}

caf::error refuse_if_any(std::vector<field_error> bad) { return bad.empty() ? caf::error{} : runtime::refuse_fields(std::move(bad)); }

/// Its owner may, as long as it is not retired.
caf::error refuse_stranger(const state& s, const runtime::decision_context& context) {
  if (context.who.user != s.shown.owner_id.get())
    return refuse(errc::not_owner, "only its owner says what an agent does");
  if (s.shown.state == phase::retired)
    return refuse(errc::wrong_state, "the agent is retired");
  return {};
}

// -- what a state means ---------------------------------------------------------------------------------------------

bool is_running(const state& s) { return s.shown.run && s.shown.run->outcome == outcome::running; }

bool is_run(const state& s, uint32_t number) { return is_running(s) && s.shown.run->number == number; }

bool has(const std::vector<tool>& tools, std::optional<tool> t) { return t && std::find(tools.begin(), tools.end(), *t) != tools.end(); }

open_call* find(std::vector<open_call>& among, uint32_t run, const ai::call_id& id) {
  const auto it = std::find_if(among.begin(), among.end(), [&](const auto& c) { return c.run == run && c.call.id == id; });
  return it == among.end() ? nullptr : &*it;
}
const open_call* find(const std::vector<open_call>& among, uint32_t run, const ai::call_id& id) {
  return find(const_cast<std::vector<open_call>&>(among), run, id);
}

auto of_job(std::vector<open_call>& among, const job_id& job) {
  return std::find_if(among.begin(), among.end(), [&](const auto& c) { return c.job == job; });
}
bool any_of_job(const std::vector<open_call>& among, const job_id& job) {
  return std::any_of(among.begin(), among.end(), [&](const auto& c) { return c.job == job; });
}

lamports bid_before(const state& s, const listing_id& on) {
  const auto it = std::find_if(s.bids.begin(), s.bids.end(), [&](const auto& b) { return b.listing == on; });
  return it == s.bids.end() ? lamports{} : it->amount;
}

phase phase_of(const state& s) {
  const auto& v = s.shown;
  if (v.state == phase::retired)
    return phase::retired;
  if (!is_running(s))
    return phase::idle;
  if (v.open_calls.empty())
    return phase::planning;
  const auto& first = v.open_calls.front();
  return first.asked && !first.approved ? phase::awaiting_approval : phase::acting;
}

// -- what follows by itself -----------------------------------------------------------------------------------------

struct reply_arguments {
  std::string text;
};

template <class Inspector>
bool inspect(Inspector& f, reply_arguments& x) {
  return f.object(x).fields(f.field("text", x.text));
}

call_answered refused(const open_call& c, std::string_view reason, time_point now) { return {c.run, c.call.id, refusal_of(reason), false, 0, {}, false, now}; }

/// The agent speaks to its owner.
call_answered replied(const open_call& c, time_point now) {
  auto json = runtime::parse_json(c.call.arguments.str());
  auto words = json ? runtime::from_json<reply_arguments>(*json) : result<reply_arguments>{json.error()};
  if (!words)
    return refused(c, "the arguments must be {\"text\": …}", now);
  return {c.run, c.call.id, *ai::spoken_text::parse(R"({"delivered":true})"), true, 0, std::move(words->text), false, now};
}

std::optional<domain::events> next_of_call(const state& s, const open_call& c, time_point now) {
  if (c.due || c.begun)
    return std::nullopt;
  const auto named = runtime::enum_from<tool>(c.call.name.str());
  if (!has(s.shown.tools, named))
    return refused(c, "the agent has no tool of this name", now);
  if (has(s.shown.approvals, named) && !c.approved)
    return c.asked ? std::nullopt : std::optional<domain::events>{approval_asked{c.call}};
  if (named == tool::reply)
    return replied(c, now);
  return call_due{c.run, c.call};
}

std::optional<domain::events> next_event(const state& s, time_point now) {
  const auto& v = s.shown;
  if (v.paused || v.state == phase::retired)
    return std::nullopt;
  if (!is_running(s))
    return s.waiting.empty() ? std::nullopt : std::optional<domain::events>{run_started{v.run ? v.run->number + 1 : 1, s.waiting.front(), now}};
  if (!v.open_calls.empty())
    return next_of_call(s, v.open_calls.front(), now);
  if (v.plan_job_id || s.plan_due)
    return std::nullopt;
  if (s.reply)
    return run_ended{outcome::succeeded, *s.reply, 0, now};
  if (v.run->steps >= most_steps)
    return run_ended{outcome::failed, "a run may have " + std::to_string(most_steps) + " steps, and this one had not come to its end", 0, now};
  if (s.bytes > most_bytes)
    return run_ended{outcome::failed, "its conversation became longer than " + std::to_string(most_bytes) + " bytes", 0, now};
  return plan_due{v.run->number, v.run->steps + 1};
}

/// These, and what follows from them.
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
  return "the budget has " + std::to_string(of - std::min(of, used)) + " " + unit + " left, and this may take " + std::to_string(wanted);
}

/// Credits that are wanted, and whether there are so many left.
bool affords(const state& s, uint64_t credits) {
  const auto& v = s.shown;
  return v.used.credits <= v.budget.credits && credits <= v.budget.credits - v.used.credits;
}
bool affords(const state& s, lamports money) {
  const auto sum = solana::add(s.shown.used.money, money);
  return sum && *sum <= s.shown.budget.money;
}

} // namespace

// -- the owner's commands ---------------------------------------------------------------------------------------------

result<events> decide(const state& s, const create_agent& c, const runtime::decision_context& context) {
  std::vector<field_error> bad;
  check_tools(c.what.tools, "/tools", bad);
  check_tools(c.what.approvals, "/approvals", bad);
  check_schedule(c.what.schedule, context.now, bad);
  if (auto refusal = refuse_if_any(std::move(bad)))
    return refusal;
  if (!s.shown.id.is_nil()) // the same request again, after its answer was lost
    return s.shown.owner_id.get() == context.who.user ? result<events>{events{}} : refuse(errc::conflict, "this agent exists already");
  auto wallet = wallet_address::parse(context.who.wallet);
  if (!wallet)
    return std::move(wallet.error());
  return events{agent_created{c.id, user_id{context.who.user}, *wallet, c.what, context.now}};
}

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
  return with_next(s, {agent_changed{c, context.now}}, context.now);
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
    out.push_back(run_ended{outcome::stopped, "the agent was retired", 0, context.now});
  out.push_back(agent_retired{});
  return out;
}

result<events> decide(const state& s, const stop_run&, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  if (!is_running(s))
    return refuse(errc::wrong_state, "the agent has no run under way");
  return with_next(s, {run_ended{outcome::stopped, "its owner stopped it", 0, context.now}}, context.now);
}

result<events> decide(const state& s, const answer_approval& c, const runtime::decision_context& context) {
  if (auto bad = refuse_stranger(s, context))
    return bad;
  const auto& open = s.shown.open_calls;
  if (!is_running(s) || open.empty() || !open.front().asked || open.front().approved || open.front().call.id != c.call)
    return refuse(errc::wrong_state, "no call of this id waits for an approval");
  if (c.approve)
    return with_next(s, {call_approved{c.call}}, context.now);
  const auto& note = c.note.str();
  return with_next(s, {refused(open.front(), "the owner does not want this" + (note.empty() ? "" : ": " + note), context.now)}, context.now);
}

result<events> decide(const state& s, const start_run& c, const runtime::decision_context& context) {
  const bool by_event = context.who.is_platform();
  const bool is_no_news = by_event && (s.shown.paused || s.shown.state == phase::retired || s.waiting.size() >= most_waiting
                                       || std::find(s.heard.begin(), s.heard.end(), c.why.position) != s.heard.end());
  if (is_no_news)
    return events{};
  if (!by_event) {
    if (auto bad = refuse_stranger(s, context))
      return bad;
    if (s.shown.paused)
      return refuse(errc::wrong_state, "the agent is paused");
    if (s.waiting.size() >= most_waiting)
      return refuse(errc::conflict, std::to_string(most_waiting) + " runs wait already");
  }
  return with_next(s, {run_queued{c.why}}, context.now);
}

result<events> decide(const state& s, const runtime::wake&, const runtime::decision_context& context) {
  if (deadline(s).value_or(context.now + seconds{1}) > context.now)
    return events{};
  return with_next(s, {run_queued{{cause_kind::schedule, {}, {}, {}, 0}}}, context.now);
}

// -- the platform's ---------------------------------------------------------------------------------------------------

result<events> decide(const state& s, const begin_plan& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  if (is_run(s, c.run) && s.shown.plan_job_id == c.job)
    return events{};
  if (!is_run(s, c.run) || !s.plan_due || s.shown.run->steps + 1 != c.step || s.shown.paused)
    return refuse(errc::wrong_state, "this step is not to be planned now");
  if (!affords(s, c.credits))
    return with_next(s, {run_ended{outcome::exhausted, left(s.shown.budget.credits, s.shown.used.credits, c.credits, "credits"), 0, context.now}}, context.now);
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
    return with_next(s, {run_ended{outcome::failed, c.reason, std::min(c.credits, s.plan_credits), context.now}}, context.now);
  return any_of_job(s.abandoned, c.job) ? events{job_settled{c.job, c.credits}} : events{};
}

result<events> decide(const state& s, const begin_call& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const auto* call = find(s.shown.open_calls, c.run, c.call);
  if (!is_run(s, c.run) || !call || !call->due || s.shown.paused)
    return refuse(errc::wrong_state, "this call is not to be done now");
  if (call->begun)
    return events{};
  const auto before = c.listing ? bid_before(s, *c.listing) : lamports{};
  const lamports more{c.bid > before ? c.bid.get() - before.get() : 0};
  if (!affords(s, c.credits))
    return with_next(s, {refused(*call, left(s.shown.budget.credits, s.shown.used.credits, c.credits, "credits"), context.now)}, context.now);
  if (!affords(s, more))
    return with_next(s, {refused(*call, left(s.shown.budget.money.get(), s.shown.used.money.get(), more.get(), "lamports"), context.now)}, context.now);
  return events{call_begun{c.call, c.credits, more, c.listing, c.bid}};
}

result<events> decide(const state& s, const await_job& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const auto* call = find(s.shown.open_calls, c.run, c.call);
  if (!call)
    call = find(s.abandoned, c.run, c.call);
  if (!call)
    return refuse(errc::wrong_state, "this call is over");
  return call->job ? events{} : events{job_awaited{c.run, c.call, c.job}};
}

result<events> decide(const state& s, const finish_call& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const bool open = find(s.shown.open_calls, c.run, c.call);
  if (!open && !find(s.abandoned, c.run, c.call))
    return refuse(errc::wrong_state, "this call is over");
  return with_next(s, {call_answered{c.run, c.call, c.result, c.done, 0, {}, !open, context.now}}, context.now);
}

result<events> decide(const state& s, const finish_job_call& c, const runtime::decision_context& context) {
  if (auto bad = runtime::refuse_not_platform(context))
    return bad;
  const auto& open = s.shown.open_calls;
  const auto call = std::find_if(open.begin(), open.end(), [&](const auto& x) { return x.job == c.job; });
  if (call != open.end())
    return with_next(s, {call_answered{call->run, call->call.id, c.result, true, std::min(c.credits, call->credits), {}, false, context.now}}, context.now);
  return any_of_job(s.abandoned, c.job) ? events{job_settled{c.job, c.credits}} : events{};
}

// -- events -----------------------------------------------------------------------------------------------------------

namespace {

/// The run that an event speaks of, and the call; on a state where there is none they change nothing.
run_view& run_of(state& s) { return s.shown.run ? *s.shown.run : s.shown.run.emplace(); }

template <class Change>
void change_first_call(state& s, Change change) {
  if (!s.shown.open_calls.empty())
    change(s.shown.open_calls.front());
}

void put_schedule(state& s, const schedule& at, time_point now) {
  s.shown.schedule = at;
  s.shown.next_run_at = at.every == 0 ? std::nullopt : std::optional{at.from.value_or(now + seconds{at.every})};
}

void apply(state& s, const agent_created& e) {
  auto& v = s.shown;
  v.id = e.id;
  v.studio_id = e.what.studio;
  v.owner_id = e.owner;
  v.owner_wallet = e.owner_wallet;
  v.name = e.what.name;
  v.goal = e.what.goal;
  v.tools = e.what.tools;
  v.provider = e.what.provider;
  v.model = e.what.model;
  v.trigger = e.what.trigger;
  v.budget = e.what.budget;
  v.approvals = e.what.approvals;
  v.created_at = e.at;
  put_schedule(s, e.what.schedule, e.at);
}

void apply(state& s, const agent_changed& e) {
  auto& v = s.shown;
  const auto put = [](auto& to, const auto& from) {
    if (from)
      to = *from;
  };
  put(v.name, e.changes.name);
  put(v.goal, e.changes.goal);
  put(v.tools, e.changes.tools);
  put(v.provider, e.changes.provider);
  put(v.model, e.changes.model);
  put(v.trigger, e.changes.trigger);
  put(v.budget, e.changes.budget);
  put(v.approvals, e.changes.approvals);
  if (e.changes.schedule)
    put_schedule(s, *e.changes.schedule, e.at);
}

void apply(state& s, const agent_paused&) { s.shown.paused = true; }

/// What was due and not begun is due again.
void apply(state& s, const agent_resumed&) {
  s.shown.paused = false;
  s.plan_due = false;
  for (auto& c : s.shown.open_calls)
    c.due = c.begun;
}

void apply(state& s, const agent_retired&) {
  s.shown.state = phase::retired;
  s.waiting.clear();
  s.shown.next_run_at.reset();
}

void apply(state& s, const run_queued& e) {
  s.waiting.push_back(e.why);
  if (e.why.position == 0)
    return;
  s.heard.push_back(e.why.position);
  if (s.heard.size() > events_remembered)
    s.heard.pop_front();
}

void apply(state& s, const run_started& e) {
  if (!s.waiting.empty())
    s.waiting.pop_front();
  auto& v = s.shown;
  v.run = run_view{e.run, outcome::running, e.why, 0, "", 0, e.at, {}};
  s.messages = 1;
  s.bytes = words_of(e.why).str().size();
  s.reply.reset();
  if (e.why.kind == cause_kind::schedule && v.next_run_at && *v.next_run_at <= e.at && v.schedule.every > 0) {
    const seconds every{v.schedule.every};
    v.next_run_at = *v.next_run_at + every * ((e.at - *v.next_run_at) / every + 1);
  }
}

void apply(state& s, const plan_due&) { s.plan_due = true; }

void apply(state& s, const plan_begun& e) {
  s.plan_due = false;
  s.shown.plan_job_id = e.job;
  s.plan_credits = e.credits;
  s.shown.used.credits += e.credits;
}

/// What was kept for a thing of a run becomes what it took.
void settle(state& s, uint32_t run, uint64_t kept, uint64_t took) {
  auto& used = s.shown.used.credits;
  used = used + took - std::min(used, kept);
  if (auto& present = run_of(s); present.number == run)
    present.credits += took;
}

void apply(state& s, const step_planned& e) {
  auto& v = s.shown;
  auto& run = run_of(s);
  settle(s, run.number, s.plan_credits, e.credits);
  s.plan_credits = 0;
  v.plan_job_id.reset();
  ++run.steps;
  ++s.messages;
  s.bytes += e.next.text.str().size();
  for (const auto& c : e.next.calls) {
    s.bytes += c.arguments.str().size();
    open_call open;
    open.run = run.number;
    open.call = c;
    v.open_calls.push_back(std::move(open));
  }
  if (e.next.calls.empty())
    s.reply = e.next.text.str();
}

void apply(state& s, const approval_asked&) {
  change_first_call(s, [](auto& c) { c.asked = true; });
}

void apply(state& s, const call_approved&) {
  change_first_call(s, [](auto& c) { c.approved = true; });
}

void apply(state& s, const call_due&) {
  change_first_call(s, [](auto& c) { c.due = true; });
}

void apply(state& s, const call_begun& e) {
  change_first_call(s, [&](auto& c) {
    c.begun = true;
    c.credits = e.credits;
    c.money = e.money;
    c.listing = e.listing;
    c.bid = e.bid;
  });
  s.shown.used.credits += e.credits;
  s.shown.used.money = solana::add(s.shown.used.money, e.money).value_or(s.shown.used.money);
}

void apply(state& s, const job_awaited& e) {
  for (auto* among : {&s.shown.open_calls, &s.abandoned})
    if (auto* call = find(*among, e.run, e.call))
      call->job = e.job;
}

/// A bid that was placed stays counted, whatever becomes of it; one that was not is given back.
void settle_bid(state& s, const open_call& c, bool done) {
  auto& used = s.shown.used.money;
  if (!done)
    used = lamports{used.get() - std::min(used.get(), c.money.get())};
  if (!done || !c.listing)
    return;
  const auto it = std::find_if(s.bids.begin(), s.bids.end(), [&](const auto& b) { return b.listing == *c.listing; });
  if (it == s.bids.end())
    s.bids.push_back({*c.listing, c.bid});
  else
    it->amount = std::max(it->amount, c.bid);
}

void apply(state& s, const call_answered& e) {
  auto& among = e.late ? s.abandoned : s.shown.open_calls;
  if (auto* call = find(among, e.run, e.call)) {
    settle(s, call->run, call->credits, e.credits);
    settle_bid(s, *call, e.done);
    among.erase(among.begin() + (call - among.data()));
  }
  if (e.late)
    return;
  ++s.messages;
  s.bytes += e.result.str().size();
  if (e.reply)
    s.reply = e.reply;
}

void apply(state& s, const job_settled& e) {
  const auto it = of_job(s.abandoned, e.job);
  if (it == s.abandoned.end())
    return;
  settle(s, it->run, it->credits, std::min(e.credits, it->credits));
  s.abandoned.erase(it);
}

void apply(state& s, const run_ended& e) {
  auto& v = s.shown;
  auto& run = run_of(s);
  if (v.plan_job_id && e.outcome == outcome::stopped) {
    open_call plan;
    plan.run = run.number;
    plan.credits = s.plan_credits;
    plan.job = v.plan_job_id;
    s.abandoned.push_back(std::move(plan));
  } else if (v.plan_job_id) {
    settle(s, run.number, s.plan_credits, e.credits);
  }
  std::copy_if(v.open_calls.begin(), v.open_calls.end(), std::back_inserter(s.abandoned), [](const auto& c) { return c.begun; });
  v.open_calls.clear();
  v.plan_job_id.reset();
  s.plan_credits = 0;
  s.plan_due = false;
  run.outcome = e.outcome;
  run.words = e.words;
  run.ended_at = e.at;
  if (e.outcome == outcome::exhausted)
    v.paused = true;
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
  s.shown.state = phase_of(s);
  s.shown.runs_waiting = static_cast<uint32_t>(s.waiting.size());
}

view view_of(const state& s) { return s.shown; }

std::optional<time_point> deadline(const state& s) {
  return s.shown.paused || is_running(s) ? std::nullopt : s.shown.next_run_at;
}

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* created = std::get_if<agent_created>(&e);
  return {(created ? created->owner : before.shown.owner_id).get()};
}

bool may_read(const state& s, const runtime::principal& who) { return who.is_platform() || who.user == s.shown.owner_id.get(); }

namespace {

struct told_cause {
  cause_kind why;
  std::optional<asked_text> message;
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
};

template <class Inspector>
bool inspect(Inspector& f, told_cause& x) {
  return f.object(x).fields(f.field("cause", x.why), f.field("message", x.message), f.field("nft_id", x.nft), f.field("listing_id", x.listing));
}

struct told_refusal {
  std::string error;
};

template <class Inspector>
bool inspect(Inspector& f, told_refusal& x) {
  return f.object(x).fields(f.field("error", x.error));
}

} // namespace

ai::spoken_text words_of(const cause& why) {
  const told_cause told{why.kind, why.message.str().empty() ? std::nullopt : std::optional{why.message}, why.nft, why.listing};
  return *ai::spoken_text::parse(runtime::to_json(told));
}

ai::spoken_text refusal_of(std::string_view reason) {
  constexpr size_t longest = 2'000; // so that it fits, however its letters are written
  const told_refusal told{std::string{reason.size() <= longest && !runtime::check_text(reason, 0, longest) ? reason : "it was refused, for a reason that is no short text"}};
  return *ai::spoken_text::parse(runtime::to_json(told));
}

} // namespace ainft::agent
