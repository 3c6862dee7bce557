#pragma once

#include "actors/services.hpp"

namespace ainft::pledge {

/// Thanks the owners of paid pledges, unless the setting pledges.thanks is off.
[[nodiscard]] runtime::follower start_follower(const services& s);

} // namespace ainft::pledge
