#pragma once

#include "runtime/errors.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ainft::ai_job {

/// Words and phrases that prompts must not contain. The check ignores ASCII case, and spaces and punctuation between
/// words.
class moderation {
public:
  explicit moderation(const std::vector<std::string>& denied);

  /// Refuses, at the field `pointer`, a text that contains one of them.
  [[nodiscard]] caf::error check(std::string_view text, std::string_view pointer) const;

private:
  std::vector<std::string> denied_; ///< normalized by folded()
};

} // namespace ainft::ai_job
