#pragma once

#include "net/ai/provider.hpp"

namespace ainft::ai::remote {

/// A training's pictures as lines of JSON, each a conversation in which a picture is described as its caption does (OpenAI's vision fine-tuning format,
/// platform.openai.com/docs/guides/vision-fine-tuning).
[[nodiscard]] std::string json_lines_of(const training& t);

/// The same as a ZIP archive of numbered pictures, each with its caption beside it in a text file of the same name, as trainers of LoRAs expect it.
[[nodiscard]] runtime::result<std::string> zip_of(const training& t);

} // namespace ainft::ai::remote
