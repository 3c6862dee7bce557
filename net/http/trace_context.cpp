#include "net/http/trace_context.hpp"

#include <algorithm>
#include <random>

namespace ainft::http {

namespace {

/// Lowercase only, as the recommendation requires.
bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

} // namespace

std::optional<std::string> trace_id_of(std::string_view all) {
  constexpr size_t length = 55; // version-traceid-parentid-flags: 2, 32, 16 and 2 digits
  if (all.size() < length || all[2] != '-' || all[35] != '-' || all[52] != '-')
    return std::nullopt;
  const auto version = all.substr(0, 2), trace = all.substr(3, 32), parent = all.substr(36, 16),
             flags = all.substr(53, 2);
  if (!is_hex(version) || !is_hex(trace) || !is_hex(parent) || !is_hex(flags) || is_zero(trace) || is_zero(parent)
      || version == "ff")
    return std::nullopt;
  // Version 00 ends here. A later version may continue after another dash (section 3.2.4).
  if (all.size() > length && (version == "00" || all[length] != '-'))
    return std::nullopt;
  return std::string{trace};
}

std::string random_hex(size_t bytes) {
  thread_local std::mt19937_64 source{std::random_device{}()};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(bytes * 2, '0');
  for (auto& c : out)
    c = digits[source() & 15];
  return out;
}

} // namespace ainft::http
