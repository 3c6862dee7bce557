#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ainft::solana {

/// Base 58 with Bitcoin's alphabet, as Solana writes keys and signatures.
[[nodiscard]] std::string base58_encode(std::string_view bytes);

/// The bytes, if `text` is base 58 of exactly `size` bytes. `size` is at most 64.
[[nodiscard]] std::optional<std::string> base58_decode(std::string_view text, size_t size);

} // namespace ainft::solana
