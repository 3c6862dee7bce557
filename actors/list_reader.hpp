#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft {

/// On whose behalf a list is read.
struct list_reader {
  user_id user;          ///< without a token, a user who owns nothing
  bool sees_all = false; ///< an operator
};

/// The filter of a list without query parameters besides `limit` and `cursor`.
struct no_filter {};
AINFT_DESCRIBE(no_filter)

} // namespace ainft
