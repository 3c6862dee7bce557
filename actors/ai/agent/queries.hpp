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
AINFT_DESCRIBE(summary, id, studio_id, name, state, paused, created_at)

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<phase> state;
};
AINFT_DESCRIBE(filter, (studio, "studio_id"), state)

/// The agents of `who` in the order of their ids. Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

/// An agent's latest runs, newest first, at most `count`.
[[nodiscard]] std::vector<run_view> runs_of(persistence::session& db, const agent_id& of, size_t count);

/// A message of a run's transcript.
struct said {
  uint32_t number = 0;
  ai::message what;
  runtime::time_point at;
};
AINFT_DESCRIBE(said, number, (what, flattened), at)

/// All messages of a run, in order.
[[nodiscard]] std::vector<said> transcript(persistence::session& db, const agent_id& of, uint32_t run);

/// The NFT or listing of a trigger event.
struct happening {
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
};

/// The agents whose trigger is `what`, in the studio of the NFT or of the listing's NFT. Without paused and retired
/// agents.
[[nodiscard]] std::vector<agent_id> waiting_for(persistence::session& db, trigger what, const happening& of);

} // namespace ainft::agent
