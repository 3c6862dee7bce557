#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace ainft::fuzz {

/// Says what does not hold and ends the program; libFuzzer adds the input.
[[noreturn]] inline void fail(const char* file, int line, const char* what) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  std::abort();
}

/// The input as text.
inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Takes the first byte off `input`; 0 where there is none. For what a target may choose.
inline uint8_t take_byte(std::string_view& input) {
  if (input.empty())
    return 0;
  const auto out = static_cast<uint8_t>(input[0]);
  input.remove_prefix(1);
  return out;
}

} // namespace ainft::fuzz

/// What a target checks beside not crashing.
#define REQUIRE(holds) ((holds) ? void() : ::ainft::fuzz::fail(__FILE__, __LINE__, #holds))
