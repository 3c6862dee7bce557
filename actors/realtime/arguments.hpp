#pragma once

#include "runtime/errors.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace ainft::realtime {

/// The first argument of a client's event. Refuses with errc::validation_failed unless it is an object without other
/// fields than `known`.
[[nodiscard]] runtime::result<nlohmann::json> object_of(const nlohmann::json& args,
                                                        std::initializer_list<std::string_view> known);

/// The text of a field; empty if the field does not exist or is not a text.
[[nodiscard]] std::optional<std::string> text_of(const nlohmann::json& object, const char* name);

} // namespace ainft::realtime
