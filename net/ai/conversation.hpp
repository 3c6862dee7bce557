#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <string>
#include <vector>

namespace ainft::ai {

using call_id = runtime::bounded_text<1, 128>;
using tool_name = runtime::bounded_text<1, 64>;
using spoken_text = runtime::bounded_text<0, 16'384>; ///< bytes

/// A model's request to call a tool.
struct tool_call {
  call_id id;
  tool_name name;
  spoken_text arguments; ///< JSON as the model wrote it
  friend bool operator==(const tool_call&, const tool_call&) = default;
};
AINFT_DESCRIBE(tool_call, (id, about("The id that the model gave the call.")), (name, about("The name of the tool.")),
               (arguments,
                about("The arguments as the model wrote them: a JSON object, if the model made no mistake.")))
AINFT_ABOUT(tool_call, "A model's request to call a tool.")

/// A model's next step: tool calls or, without calls, only text.
struct plan {
  spoken_text text;
  std::vector<tool_call> calls; ///< at most `most_calls`
};
AINFT_DESCRIBE(plan, (text, defaulted, about("What the model says; may be empty.")),
               (calls, defaulted, about("The calls that it wants, in order, at most 8. Without calls, the run ends.")))
AINFT_ABOUT(plan, "A model's next step.")

constexpr size_t most_calls = 8;

AINFT_ENUM(role, user, assistant, tool)

/// One message of a conversation: a user's text, a model's text and calls, or the result of a call.
struct message {
  role from = role::user;
  spoken_text text;
  std::vector<tool_call> calls;
  std::string answers; ///< if `from` is tool: the id of the call
};
AINFT_DESCRIBE(message,
               (from, about("`user`: why the run began. `assistant`: the model. `tool`: the result of a call.")),
               (text, about("The message. If it is from `user` or `tool`: a JSON object.")),
               (calls, about("The calls that the model wants, in order, at most 8.")),
               (answers, about("If `from` is `tool`: the `id` of the call. Else empty.")))

/// A tool that a model may call.
struct tool {
  std::string name;
  std::string description;
  std::string parameters; ///< JSON Schema of the arguments
};

/// The input for a model's next step.
struct conversation {
  std::string instructions; ///< the model's role and task
  std::vector<message> messages;
  std::vector<tool> tools;
};

} // namespace ainft::ai
