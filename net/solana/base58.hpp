#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ainft::solana {

/// Base 58 with Bitcoin's alphabet, as Solana uses it for keys and signatures.
[[nodiscard]] std::string base58_encode(std::string_view bytes);

/// Decodes base 58 text of exactly `size` bytes. Nothing if it is invalid. `size` must be at most 64.
[[nodiscard]] std::optional<std::string> base58_decode(std::string_view text, size_t size);

} // namespace ainft::solana
