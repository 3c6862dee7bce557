#pragma once

#include "runtime/codec/json_reader.hpp"

namespace ainft::runtime {

/// Reads a T from JSON text that this or another version of the program has written. Ignores unknown fields.
template <class T>
[[nodiscard]] result<T> from_json_text(std::string_view text) {
  auto json = parse_json(text);
  if (!json)
    return std::move(json.error());
  return from_json<T>(*json, json_reader::unknown_fields::ignored);
}

} // namespace ainft::runtime
