#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::ai::local {

/// The words of a text in lower case. A word has only the letters a to z.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// Writes a few English sentences about the prompt's subjects from templates. The same prompt and seed give the same
/// text.
[[nodiscard]] std::string write_text(std::string_view prompt, uint64_t seed);

/// Writes a collectible's metadata for a picture of the prompt, as a JSON object {name, description, attributes:
/// [{traitType, value}]}. The name has at most 32 bytes.
[[nodiscard]] std::string write_metadata(std::string_view prompt, uint64_t seed);

} // namespace ainft::ai::local
