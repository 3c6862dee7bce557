#pragma once

#include "actors/money.hpp"
#include "actors/services.hpp"

#include <nlohmann/json.hpp>

/// What a capability gives to agents. See actors/ai/agent.
namespace ainft {

/// A tool of agents: the route whose `tool` has this name. An agent calls it on behalf of its owner.
struct agent_tool {
  /// A call's arguments, divided into the parameters of the route's path and the fields of its body.
  struct arguments {
    nlohmann::json parameters;
    nlohmann::json body;
  };

  /// The highest possible price of a call.
  struct price {
    uint64_t credits = 0;              ///< of AI jobs; only for tools with `orders_job`
    lamports money;                    ///< that the owner may have to pay
    std::optional<listing_id> listing; ///< if the call is a bid: the listing; a later bid there replaces an earlier one
  };

  std::string_view name;
  bool needs_approval = false; ///< if the owner does not choose, the owner approves each call
  bool orders_job = false;     ///< the response is an AI job; the call ends when the job ends
  /// Null: calls cost nothing. It may get arguments that the route will refuse; these cost nothing.
  price (*price_of)(const services&, const arguments&) = nullptr;
};

/// A type of event that can start runs of a studio's agents.
struct agent_trigger {
  std::string_view kind; ///< of the entity, for example "nft"
  std::string_view type; ///< of the event, for example "nft_minted"; also the trigger's name
  /// The studio whose agents the event starts; none if there is no such studio.
  std::optional<studio_id> (*studio_of)(persistence::session&, const runtime::uuid& entity) = nullptr;
};

} // namespace ainft
