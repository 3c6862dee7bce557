#pragma once

#include "net/http/call.hpp"

namespace ainft::http {

/// Parses the query parameter `name` as a whole number from `low` to `high`. Nothing if it is absent. Refuses with
/// errc::validation_failed.
[[nodiscard]] runtime::result<std::optional<uint64_t>> query_number(const call& c, std::string_view name, uint64_t low,
                                                                    uint64_t high);

} // namespace ainft::http
