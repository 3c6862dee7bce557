#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace ainft::fuzz {

/// Reports a failed check and aborts. libFuzzer then reports the input.
[[noreturn]] inline void fail(const char* file, int line, const char* what) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  std::abort();
}

/// The input as text.
inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Removes and returns the first byte of `input`; 0 if it is empty. A target uses the byte to select a case.
inline uint8_t take_byte(std::string_view& input) {
  if (input.empty())
    return 0;
  const auto out = static_cast<uint8_t>(input[0]);
  input.remove_prefix(1);
  return out;
}

} // namespace ainft::fuzz

/// A check beyond not crashing.
#define REQUIRE(holds) ((holds) ? void() : ::ainft::fuzz::fail(__FILE__, __LINE__, #holds))
