#pragma once

#include <string_view>

namespace ainft::runtime {

/// The name of a kind in texts for people: `Domain::title`, for a kind whose own name is not such a text.
template <class Domain>
[[nodiscard]] constexpr std::string_view title_of() noexcept {
  if constexpr (requires { Domain::title; })
    return Domain::title;
  else
    return Domain::kind;
}

} // namespace ainft::runtime
