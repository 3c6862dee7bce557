#pragma once

#include "actors/ai/agent/protocol.hpp"
#include "actors/services.hpp"
#include "net/http/dispatch.hpp"

namespace ainft::ai_job {
class desk;
}

namespace ainft::agent {

/// What agents can do: the routes that have a tool's name, called on their owner's behalf.
class toolbox {
public:
  toolbox(const http::dispatcher& front, const ai_job::desk& orders) : front_{front}, orders_{orders} {}

  /// An agent's tools, as a chat model is told of them: the arguments are the route's body, with the path's parameters beside it and without the studio, which
  /// is always the agent's own.
  [[nodiscard]] std::vector<ai::tool> described(const std::vector<tool>& which) const;

  /// All that a call can cost.
  struct price {
    uint64_t credits = 0;
    std::optional<listing_id> listing; ///< that is bid on
    lamports bid;
  };
  [[nodiscard]] price price_of(const view& of, const ai::tool_call& what) const;

  /// Does what a call asks for, once, however often it is asked for. Gives the route's answer, or its refusal.
  [[nodiscard]] task<http::reply> run(const view& of, const ai::tool_call& what) const;

private:
  [[nodiscard]] const http::route* route_of(std::string_view name) const;

  const http::dispatcher& front_;
  const ai_job::desk& orders_;
};

} // namespace ainft::agent
