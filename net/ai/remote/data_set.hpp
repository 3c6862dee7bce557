#pragma once

#include "net/ai/provider.hpp"

namespace ainft::ai::remote {

/// The training's pictures as JSON lines. Each line is a conversation in which the model describes a picture with its
/// caption (OpenAI's vision fine-tuning format, platform.openai.com/docs/guides/vision-fine-tuning).
[[nodiscard]] std::string json_lines_of(const training& t);

/// The training's pictures as a ZIP archive of numbered files. A caption is in a text file of the same name, as LoRA
/// trainers expect.
[[nodiscard]] runtime::result<std::string> zip_of(const training& t);

} // namespace ainft::ai::remote
