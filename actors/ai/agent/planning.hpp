#pragma once

#include "actors/ai/agent/toolbox.hpp"

namespace ainft::agent {

/// The conversation from which the model plans the next step of the present run. Refuses with errc::wrong_state if the
/// agent has had no run.
[[nodiscard]] task<ai::conversation> conversation_of(const services& s, const toolbox& tools, agent_id of);

/// Approximate size of the conversation in the form that the model gets, in bytes.
[[nodiscard]] size_t size_of(const ai::conversation& talk);

} // namespace ainft::agent
