#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ainft::http {

/// The trace id of a `traceparent` header (W3C Trace Context, section 3.2): 32 hexadecimal digits, not all zero. Nothing for a
/// header that is not valid, whose trace does not go on.
[[nodiscard]] std::optional<std::string> trace_id_of(std::string_view traceparent);

/// A name for a request or a part of a trace: `bytes` random bytes, as hexadecimal digits. Nothing secret.
[[nodiscard]] std::string random_hex(size_t bytes);

} // namespace ainft::http
