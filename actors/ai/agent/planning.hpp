#pragma once

#include "actors/ai/agent/toolbox.hpp"

namespace ainft::agent {

/// What an agent's model is to go on with in the present run. Refuses with errc::wrong_state where there is none.
[[nodiscard]] task<ai::conversation> conversation_of(const services& s, const toolbox& tools, agent_id of);

/// Its length, as a model is given it, in bytes.
[[nodiscard]] size_t size_of(const ai::conversation& talk);

} // namespace ainft::agent
