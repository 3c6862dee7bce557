#pragma once

#include "actors/agent_tool.hpp"
#include "actors/ai/agent/protocol.hpp"

namespace ainft::agent {

/// The tool with this name; null if no capability has it.
[[nodiscard]] const agent_tool* find_tool(std::string_view name);

/// The trigger for an event type of a kind; null if no capability has it.
[[nodiscard]] const agent_trigger* find_trigger(std::string_view kind, std::string_view type);

/// Throws std::logic_error if two triggers have one name, if a name has another meaning (`none`, `asked`, `schedule`),
/// or if a trigger is an event of a job or of an agent, which cannot start runs.
void check_triggers(const std::vector<const agent_trigger*>& all);

/// Checks the triggers of all capabilities.
void check_triggers();

/// The event types of all triggers, for example "nft.nft_minted".
[[nodiscard]] std::vector<std::string> trigger_events();

} // namespace ainft::agent
