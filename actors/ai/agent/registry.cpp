#include "actors/ai/agent/registry.hpp"

#include "actors/capability.hpp"

#include <set>

namespace ainft::agent {

namespace {

const std::vector<const agent_tool*>& all_tools() {
  static const auto all = all_of(&capability::tools);
  return all;
}

const std::vector<const agent_trigger*>& all_triggers() {
  static const auto all = all_of(&capability::triggers);
  return all;
}

/// `first`, and then the triggers of all capabilities.
std::vector<std::string> with_triggers(std::vector<std::string> first) {
  for (const auto* t : all_triggers())
    first.emplace_back(t->type);
  return first;
}

} // namespace

const agent_tool* find_tool(std::string_view name) {
  const auto& all = all_tools();
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto* t) { return t->name == name; });
  return it == all.end() ? nullptr : *it;
}

const agent_trigger* find_trigger(std::string_view kind, std::string_view type) {
  const auto& all = all_triggers();
  const auto it =
    std::find_if(all.begin(), all.end(), [&](const auto* t) { return t->kind == kind && t->type == type; });
  return it == all.end() ? nullptr : *it;
}

void check_triggers() { check_triggers(all_triggers()); }

void check_triggers(const std::vector<const agent_trigger*>& all) {
  std::set<std::string_view> names{no_trigger.str(), asked_by_owner.str(), on_schedule.str()};
  for (const auto* t : all)
    if (!names.insert(t->type).second || t->kind == entity::kind || t->kind == ai_job::entity::kind)
      throw std::logic_error{"the agents' trigger " + std::string{t->kind} + "." + std::string{t->type}
                             + " has the name of another one, or is an event of a job or of an agent"};
}

std::vector<std::string> trigger_events() {
  std::vector<std::string> out;
  for (const auto* t : all_triggers())
    out.push_back(std::string{t->kind} + "." + std::string{t->type});
  return out;
}

std::vector<std::string> tool_registry::names() {
  std::vector<std::string> out;
  for (const auto* t : all_tools())
    out.emplace_back(t->name);
  return out;
}

std::vector<std::string> trigger_registry::names() { return with_triggers({no_trigger.str()}); }

std::vector<std::string> cause_registry::names() { return with_triggers({asked_by_owner.str(), on_schedule.str()}); }

std::vector<tool> usual_approvals() {
  std::vector<tool> out;
  for (const auto* t : all_tools())
    if (t->needs_approval)
      out.emplace_back(t->name);
  return out;
}

} // namespace ainft::agent
