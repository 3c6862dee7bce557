#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ainft::http {

/// Returns the trace id of a `traceparent` header (W3C Trace Context, section 3.2): 32 hexadecimal digits, not all
/// zero. Nothing for an invalid header; its trace is not continued.
[[nodiscard]] std::optional<std::string> trace_id_of(std::string_view traceparent);

/// An id for a request or a span: `bytes` random bytes as hexadecimal digits. Not for secrets.
[[nodiscard]] std::string random_hex(size_t bytes);

} // namespace ainft::http
