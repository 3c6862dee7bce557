#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

/// What nodes say to each other. These types are the frame and stay as they are; what is asked and answered is JSON inside, so that nodes of two versions
/// understand each other: unknown fields are passed over, absent ones are what the field's fallback says (a field that is added needs one, or is optional), and an unknown
/// message is refused by its name.
namespace ainft::runtime::cluster {

/// The version of what is inside the frame. A node says which one it speaks.
constexpr uint16_t wire_schema = 1;

/// A message for an entity.
struct ask_entity {
  uint64_t number = 0; ///< of the request, at the asking node; 0 wants no answer
  uint64_t epoch = 0;  ///< that the asking node knows
  uint16_t schema = wire_schema;
  std::string kind;
  uuid id;
  std::string type;    ///< the message's name: "place_bid"
  std::string context; ///< JSON of a command_context; empty for what is no command
  std::string body;    ///< JSON of the message
};
AINFT_DESCRIBE(ask_entity, number, epoch, schema, kind, id, type, context, body)

/// The answer, or a refusal by the name of its code.
struct entity_says {
  uint64_t number = 0;
  uint64_t version = 0;
  std::string body;
  std::string refusal; ///< "bid_too_low"; empty for an answer
  std::string detail;
  std::vector<field_error> fields;
};
AINFT_DESCRIBE(entity_says, number, version, body, refusal, detail, fields)

/// What is ready to go to a node at one time goes together.
struct parcel {
  uuid from;
  std::vector<ask_entity> asks;
  std::vector<entity_says> answers;
};
AINFT_DESCRIBE(parcel, from, asks, answers)

/// The first thing that a node says to another, answered with the same. `gate` is what takes its parcels.
struct hello {
  uuid node;
  std::string name;
  uint16_t schema = wire_schema;
  caf::actor gate;
};
AINFT_DESCRIBE(hello, node, name, schema, gate)

/// Asks whether a node is there; answered with the same.
struct ping {
  uint64_t number = 0;
};
AINFT_DESCRIBE(ping, number)

} // namespace ainft::runtime::cluster

CAF_BEGIN_TYPE_ID_BLOCK(ainft_cluster, caf::first_custom_type_id + 60)
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::ask_entity))
  CAF_ADD_TYPE_ID(ainft_cluster, (std::vector<ainft::runtime::cluster::ask_entity>))
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::entity_says))
  CAF_ADD_TYPE_ID(ainft_cluster, (std::vector<ainft::runtime::cluster::entity_says>))
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::parcel))
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::hello))
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::ping))
CAF_END_TYPE_ID_BLOCK(ainft_cluster)
