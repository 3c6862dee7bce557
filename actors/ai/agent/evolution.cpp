#include "actors/ai/agent/run_state.hpp"

namespace ainft::agent {

using runtime::time_point;
using std::chrono::seconds;

namespace {

constexpr size_t events_remembered = 200;

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

auto of_job(std::vector<open_call>& among, const job_id& job) {
  return std::find_if(among.begin(), among.end(), [&](const auto& c) { return c.job == job; });
}

/// The present run. Adds an empty one if there is none, so that evolve() is total. change_first_call() does nothing if
/// there is no call.
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

/// Clears `due` where the work has not begun, so that the plan or call becomes due again.
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
  if (e.why.kind == on_schedule && v.next_run_at && *v.next_run_at <= e.at && v.schedule.every > 0) {
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

/// Replaces the credits reserved for a part of `run` (`kept`) by its price (`took`).
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

/// A placed bid stays counted as used money, even if others outbid it. A bid that was not placed gives its money back.
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
    plan.call = {*ai::call_id::parse("plan"), *ai::tool_name::parse("plan"), {}};
    plan.credits = s.plan_credits;
    plan.job = v.plan_job_id;
    s.abandoned.push_back(std::move(plan));
  } else if (v.plan_job_id) {
    settle(s, run.number, s.plan_credits, e.credits);
  }
  std::copy_if(v.open_calls.begin(), v.open_calls.end(), std::back_inserter(s.abandoned),
               [](const auto& c) { return c.begun; });
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

bool may_read(const state& s, const runtime::principal& who) {
  return who.is_platform() || who.user == s.shown.owner_id.get();
}

} // namespace ainft::agent
