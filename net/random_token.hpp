#pragma once

#include <string>

namespace ainft::net {

/// 120 random bits as 20 characters of base64url. A token cannot be guessed.
[[nodiscard]] std::string random_token();

} // namespace ainft::net
