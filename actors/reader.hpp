#pragma once

#include "actors/services.hpp"

namespace ainft {

/// The principal to pass to `may_read` and `view_of`. They take a principal without a user for the platform, so a
/// caller without a token becomes a user who owns nothing. An operator at a console reads as the platform.
[[nodiscard]] inline runtime::principal caller_of(const http::call& c) {
  auto out = c.who;
  if (out.user.is_nil() && !c.console)
    out.user.bytes.fill(0xFF); // the Max UUID (RFC 9562, section 5.10), which no user has
  return out;
}

/// The principal for entities that operators may read, such as drafts and assets. An operator reads as the platform.
[[nodiscard]] inline runtime::principal reader_of(const services& s, const runtime::principal& who) {
  return s.auth.is_operator(who.wallet) ? runtime::principal{} : who;
}
[[nodiscard]] inline runtime::principal reader_of(const services& s, const http::call& c) {
  return reader_of(s, caller_of(c));
}

} // namespace ainft
