#pragma once

#include "runtime/errors.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace ainft::realtime {

/// An event's first argument: an object with no other fields than these. Refuses with errc::validation_failed.
[[nodiscard]] runtime::result<nlohmann::json> object_of(const nlohmann::json& args, std::initializer_list<std::string_view> known);

/// A field that is a text, if it is there.
[[nodiscard]] std::optional<std::string> text_of(const nlohmann::json& object, const char* name);

} // namespace ainft::realtime
