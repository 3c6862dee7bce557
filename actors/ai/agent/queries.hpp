#pragma once

#include "actors/ai/agent/protocol.hpp"
#include "actors/list_reader.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::agent {

/// An agent in a list.
struct summary {
  agent_id id;
  ainft::studio_id studio_id;
  agent_name name;
  phase state = phase::idle;
  bool paused = false;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(summary, id, (studio_id, about("The studio for which it works.")), (name, about("1 to 100 characters.")),
               (state, about("As in the agent itself.")),
               (paused, about("It begins no step, call or run until the owner resumes it.")),
               (created_at, about("When the owner created it.")))
AINFT_ABOUT(summary, "An agent in a list.")

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<phase> state;
};
AINFT_DESCRIBE(filter, (studio, "studio_id", about("Only agents of this studio.")),
               (state, about("Only agents in this state.")))

/// The agents of `who` in the order of their ids. Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

/// An agent's latest runs, newest first, at most `count`.
[[nodiscard]] std::vector<run_view> runs_of(persistence::session& db, const agent_id& of, size_t count);

/// A message of a run's transcript.
struct said {
  static constexpr std::string_view api_name = "AgentMessage";
  uint32_t number = 0;
  ai::message what;
  runtime::time_point at;
};
AINFT_DESCRIBE(said, (number, about("Counts from 1 in each run.")), (what, flattened), (at, about("When it was said.")))
AINFT_ABOUT(said, "A message of a run: why it began, what the model said, or the result of a call.")

/// All messages of a run, in order.
[[nodiscard]] std::vector<said> transcript(persistence::session& db, const agent_id& of, uint32_t run);

/// The agents of a studio whose trigger is `what`. Without paused and retired agents.
[[nodiscard]] std::vector<agent_id> waiting_for(persistence::session& db, const trigger& what,
                                                const ainft::studio_id& studio);

} // namespace ainft::agent
