#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::ai::local {

/// The words of a text, in lower case.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// A few sentences on what a prompt speaks of, put together from templates: the same prompt and seed, the same text. In English.
[[nodiscard]] std::string write_text(std::string_view prompt, uint64_t seed);

/// A collectible's metadata for a picture of that prompt: the JSON object {name, description, attributes: [{traitType, value}]}. The name has at most 32
/// bytes.
[[nodiscard]] std::string write_metadata(std::string_view prompt, uint64_t seed);

} // namespace ainft::ai::local
