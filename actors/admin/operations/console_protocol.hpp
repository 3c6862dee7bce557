#pragma once

#include "runtime/codec/describe.hpp"

#include <caf/type_id.hpp>

#include <string>

/// The messages between an operators' console and a node, over CAF. This header needs only the codec.
namespace ainft::operations {

/// A call of a route under /v1/admin.
struct console_call {
  std::string key; ///< the operator's secret key
  std::string method;
  std::string target; ///< path and query
  std::string body;   ///< JSON or empty
};
AINFT_DESCRIBE(console_call, key, method, target, body)

struct console_reply {
  uint16_t status = 0;
  std::string body; ///< JSON; a problem document (RFC 9457) if the status is 400 or higher
};
AINFT_DESCRIBE(console_reply, status, body)

} // namespace ainft::operations

// These ids lie between the runtime's block and those of the capabilities.
CAF_BEGIN_TYPE_ID_BLOCK(ainft_console, caf::first_custom_type_id + 90)
  CAF_ADD_TYPE_ID(ainft_console, (ainft::operations::console_call))
  CAF_ADD_TYPE_ID(ainft_console, (ainft::operations::console_reply))
CAF_END_TYPE_ID_BLOCK(ainft_console)
