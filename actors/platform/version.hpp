#pragma once

#include <string_view>

namespace ainft {

/// The version of the program and of its API.
constexpr std::string_view api_version = "0.1.0";

} // namespace ainft
