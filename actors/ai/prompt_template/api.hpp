#pragma once

#include "actors/ai/prompt_template/protocol.hpp"

#include <map>

namespace ainft::prompt_template {

/// A rendered template.
struct prompt {
  ai::prompt_text text;
  ai::prompt_text negative_text;
};

/// Refuses with errc::validation_failed. The field "/variables/<name>" names a variable that is missing, unknown or
/// invalid; "/promptTemplateId" means that the result is longer than a prompt may be.
[[nodiscard]] runtime::result<prompt> render(const content& c, const std::map<std::string, std::string>& values);

} // namespace ainft::prompt_template
