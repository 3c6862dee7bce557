#pragma once

#include "actors/agent/protocol.hpp"

namespace ainft::agent {

struct agent_created {
  agent_id id;
  user_id owner;
  wallet_address owner_wallet;
  new_agent what;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, agent_created& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("owner", x.owner), f.field("owner_wallet", x.owner_wallet), f.field("what", x.what), f.field("at", x.at));
}

struct agent_changed {
  change_agent changes;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, agent_changed& x) {
  return f.object(x).fields(f.field("changes", x.changes), f.field("at", x.at));
}

struct agent_paused {};

template <class Inspector>
bool inspect(Inspector& f, agent_paused& x) {
  return f.object(x).fields();
}

struct agent_resumed {};

template <class Inspector>
bool inspect(Inspector& f, agent_resumed& x) {
  return f.object(x).fields();
}

struct agent_retired {};

template <class Inspector>
bool inspect(Inspector& f, agent_retired& x) {
  return f.object(x).fields();
}

/// A run is to begin when the present one has ended.
struct run_queued {
  cause why;
};

template <class Inspector>
bool inspect(Inspector& f, run_queued& x) {
  return f.object(x).fields(f.field("why", x.why));
}

struct run_started {
  uint32_t run = 0;
  cause why;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, run_started& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("why", x.why), f.field("at", x.at));
}

/// The next step is to be planned. (Whoever follows the journal does it.)
struct plan_due {
  uint32_t run = 0;
  uint32_t step = 0;
};

template <class Inspector>
bool inspect(Inspector& f, plan_due& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("step", x.step));
}

struct plan_begun {
  job_id job;
  uint64_t credits = 0; ///< kept for it
};

template <class Inspector>
bool inspect(Inspector& f, plan_begun& x) {
  return f.object(x).fields(f.field("job", x.job), f.field("credits", x.credits));
}

struct step_planned {
  ai::plan next;
  uint64_t credits = 0;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, step_planned& x) {
  return f.object(x).fields(f.field("next", x.next), f.field("credits", x.credits), f.field("at", x.at));
}

struct approval_asked {
  ai::tool_call call;
};

template <class Inspector>
bool inspect(Inspector& f, approval_asked& x) {
  return f.object(x).fields(f.field("call", x.call));
}

struct call_approved {
  ai::call_id call;
};

template <class Inspector>
bool inspect(Inspector& f, call_approved& x) {
  return f.object(x).fields(f.field("call", x.call));
}

/// A call is to be done. (Whoever follows the journal does it.)
struct call_due {
  uint32_t run = 0;
  ai::tool_call call;
};

template <class Inspector>
bool inspect(Inspector& f, call_due& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call));
}

struct call_begun {
  ai::call_id call;
  uint64_t credits = 0; ///< kept for it
  lamports money;       ///< that its owner is bound to pay by it beyond what the agent bid there before
  std::optional<listing_id> listing;
  lamports bid;
};

template <class Inspector>
bool inspect(Inspector& f, call_begun& x) {
  return f.object(x).fields(f.field("call", x.call), f.field("credits", x.credits), f.field("money", x.money), f.field("listing", x.listing), f.field("bid", x.bid));
}

struct job_awaited {
  uint32_t run = 0;
  ai::call_id call;
  job_id job;
};

template <class Inspector>
bool inspect(Inspector& f, job_awaited& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call), f.field("job", x.job));
}

struct call_answered {
  uint32_t run = 0;
  ai::call_id call;
  ai::spoken_text result;
  bool done = false;
  uint64_t credits = 0;
  std::optional<std::string> reply; ///< that the agent gives its owner
  bool late = false; ///< its run had been stopped before
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, call_answered& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call), f.field("result", x.result), f.field("done", x.done), f.field("credits", x.credits),
                            f.field("reply", x.reply), f.field("late", x.late).fallback(false), f.field("at", x.at));
}

/// A job that a stopped run had left under way has ended, at this price.
struct job_settled {
  job_id job;
  uint64_t credits = 0;
};

template <class Inspector>
bool inspect(Inspector& f, job_settled& x) {
  return f.object(x).fields(f.field("job", x.job), f.field("credits", x.credits));
}

struct run_ended {
  agent::outcome outcome = agent::outcome::succeeded;
  std::string words; ///< the reply, or the reason
  uint64_t credits = 0; ///< that the plan took which did not come about
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, run_ended& x) {
  return f.object(x).fields(f.field("outcome", x.outcome), f.field("words", x.words), f.field("credits", x.credits).fallback(uint64_t{0}), f.field("at", x.at));
}

} // namespace ainft::agent
