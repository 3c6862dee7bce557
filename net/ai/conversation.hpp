#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <string>
#include <vector>

namespace ainft::ai {

using call_id = runtime::bounded_text<1, 128>;
using tool_name = runtime::bounded_text<1, 64>;
using spoken_text = runtime::bounded_text<0, 16'384>; ///< bytes

/// A model's wish to have something done.
struct tool_call {
  call_id id;
  tool_name name;
  spoken_text arguments; ///< JSON, as the model wrote it
  friend bool operator==(const tool_call&, const tool_call&) = default;
};
AINFT_DESCRIBE(tool_call, id, name, arguments)

/// What a model wants next: calls to make, or, where there are none, just what it says.
struct plan {
  spoken_text text;
  std::vector<tool_call> calls; ///< at most most_calls
};
AINFT_DESCRIBE(plan, (text, defaulted), (calls, defaulted))

constexpr size_t most_calls = 8;

AINFT_ENUM(role, user, assistant, tool)

/// One turn of a conversation: a user's words, a model's with its calls, or what a call came to.
struct message {
  role from = role::user;
  spoken_text text;
  std::vector<tool_call> calls;
  std::string answers; ///< of a tool: the call's id
};
AINFT_DESCRIBE(message, from, text, calls, answers)

/// Something that a model may call.
struct tool {
  std::string name;
  std::string description;
  std::string parameters; ///< JSON Schema of the arguments
};

/// What a model is to go on with.
struct conversation {
  std::string instructions; ///< who it is and what it is to do
  std::vector<message> messages;
  std::vector<tool> tools;
};

} // namespace ainft::ai
