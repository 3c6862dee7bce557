#pragma once

#include "config/section.hpp"

#include <caf/timespan.hpp>

namespace ainft::pledge {

struct settings {
  uint64_t least_amount = 1'000; ///< lamports
  bool thanks = true;
};
AINFT_SETTINGS(settings) {
  f("least-amount", x.least_amount, "smallest pledge in lamports", config::at_least(1));
  f("thanks", x.thanks, "thank the owner of a paid pledge");
}

} // namespace ainft::pledge
