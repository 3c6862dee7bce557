#pragma once

#include "runtime/codec/json_reader.hpp"

namespace ainft::runtime {

/// A T from the text of what this program, or another version of it, has written: unknown fields are passed over.
template <class T>
[[nodiscard]] result<T> from_json_text(std::string_view text) {
  auto json = parse_json(text);
  if (!json)
    return std::move(json.error());
  return from_json<T>(*json, json_reader::unknown_fields::ignored);
}

} // namespace ainft::runtime
