#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

/// The messages between nodes. These types are a fixed frame and do not change. Requests and answers in the frame are
/// JSON, so that nodes of two versions understand each other. A reader ignores unknown fields and gives absent fields
/// their fallback: so a new field must have a fallback or be optional. A node refuses an unknown message by its name.
namespace ainft::runtime::cluster {

/// The version of the JSON in the frame. Each node announces its version.
constexpr uint16_t wire_schema = 1;

/// A message for an entity.
struct ask_entity {
  uint64_t number = 0; ///< number of the request on the sending node; 0: no answer wanted
  uint64_t epoch = 0;  ///< the epoch that the sending node knows
  uint16_t schema = wire_schema;
  std::string kind;
  uuid id;
  std::string type;    ///< name of the message: "place_bid"
  std::string context; ///< JSON of a command_context; empty if the message is no command
  std::string body;    ///< JSON of the message
};
AINFT_DESCRIBE(ask_entity, number, epoch, schema, kind, id, type, context, body)

/// An answer, or a refusal with the name of its code.
struct entity_says {
  uint64_t number = 0;
  uint64_t version = 0;
  std::string body;
  std::string refusal; ///< "bid_too_low"; empty for an answer
  std::string detail;
  std::vector<field_error> fields;
};
AINFT_DESCRIBE(entity_says, number, version, body, refusal, detail, fields)

/// A batch of messages for one node.
struct batch {
  uuid from;
  std::vector<ask_entity> asks;
  std::vector<entity_says> answers;
};
AINFT_DESCRIBE(batch, from, asks, answers)

/// The first message between two nodes; the answer is a hello, too. `endpoint` is the actor that receives batches.
struct hello {
  uuid node;
  std::string name;
  uint16_t schema = wire_schema;
  caf::actor endpoint;
};
AINFT_DESCRIBE(hello, node, name, schema, endpoint)

/// Checks that a node is alive; answered with the same message.
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
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::batch))
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::hello))
  CAF_ADD_TYPE_ID(ainft_cluster, (ainft::runtime::cluster::ping))
CAF_END_TYPE_ID_BLOCK(ainft_cluster)
