#include "net/http/query_number.hpp"

#include <charconv>

namespace ainft::http {

runtime::result<std::optional<uint64_t>> query_number(const call& c, std::string_view name, uint64_t low,
                                                      uint64_t high) {
  const auto it = c.query.find(name);
  if (it == c.query.end())
    return std::optional<uint64_t>{};
  const auto& text = it->second;
  uint64_t out = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (bad != std::errc{} || end != text.data() + text.size() || out < low || out > high)
    return runtime::refuse_field("/query/" + std::string{name},
                                 "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return std::optional{out};
}

} // namespace ainft::http
