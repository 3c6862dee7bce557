#pragma once

#include "actors/ai/agent/registry.hpp"
#include "net/http/dispatch.hpp"

namespace ainft::agent {

/// The tools of agents: routes with a tool name. An agent calls them on behalf of its owner.
class toolbox {
public:
  /// The constructor does not use its arguments.
  toolbox(const http::dispatcher& front, const services& s) : front_{front}, s_{s} {}

  /// Describes tools for a chat model. A tool's arguments are the fields of the route's body and the parameters of its
  /// path. The studio is not among them: it is always the agent's own.
  [[nodiscard]] std::vector<ai::tool> described(const std::vector<tool>& which) const;

  /// The highest possible price of a call.
  [[nodiscard]] agent_tool::price price_of(const view& of, const ai::tool_call& what) const;

  /// Makes a call. Idempotent: a repeated call has the effect of one. Returns the route's answer or its refusal.
  [[nodiscard]] task<http::reply> run(const view& of, const ai::tool_call& what) const;

  /// Checks the tools and triggers of all capabilities: each tool except `reply` has one route, which accepts an
  /// Idempotency-Key, each route's tool exists, and triggers are as check_triggers() demands. Call it when all routes
  /// are added. Throws std::logic_error with the name of the tool or the trigger.
  void check_routes() const;

private:
  [[nodiscard]] const http::route* route_of(std::string_view name) const;

  const http::dispatcher& front_;
  const services& s_;
};

} // namespace ainft::agent
