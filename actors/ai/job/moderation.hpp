#pragma once

#include "runtime/errors.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ainft::ai_job {

/// What no prompt may ask for: words and phrases, whatever their case and what stands between the words.
class moderation {
public:
  explicit moderation(const std::vector<std::string>& denied);

  /// Refuses a text that has one of them, by the field that it came in.
  [[nodiscard]] caf::error check(std::string_view text, std::string_view pointer) const;

private:
  std::vector<std::string> denied_; ///< as folded() gives them
};

} // namespace ainft::ai_job
