#pragma once

#include "actors/ai/agent/protocol.hpp"
#include "actors/services.hpp"
#include "net/http/dispatch.hpp"

namespace ainft::ai_job {
class order_service;
}

namespace ainft::agent {

/// The tools of agents: routes with a tool name. An agent calls them on behalf of its owner.
class toolbox {
public:
  toolbox(const http::dispatcher& front, const ai_job::order_service& orders) : front_{front}, orders_{orders} {}

  /// Describes tools for a chat model. A tool's arguments are the fields of the route's body and the parameters of its
  /// path. The studio is not among them: it is always the agent's own.
  [[nodiscard]] std::vector<ai::tool> described(const std::vector<tool>& which) const;

  /// The highest possible price of a call.
  struct price {
    uint64_t credits = 0;
    std::optional<listing_id> listing; ///< the one to bid on
    lamports bid;
  };
  [[nodiscard]] price price_of(const view& of, const ai::tool_call& what) const;

  /// Makes a call. Idempotent: a repeated call has the effect of one. Returns the route's answer or its refusal.
  [[nodiscard]] task<http::reply> run(const view& of, const ai::tool_call& what) const;

private:
  [[nodiscard]] const http::route* route_of(std::string_view name) const;

  const http::dispatcher& front_;
  const ai_job::order_service& orders_;
};

} // namespace ainft::agent
