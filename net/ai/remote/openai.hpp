#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// An OpenAI-compatible API: images/generations, images/edits and chat/completions
/// (platform.openai.com/docs/api-reference). Ollama, vLLM, LocalAI and others offer it too. Texts are streamed. An
/// agent's steps use tool calls. A fine-tune trains a vision model to describe the pictures with their captions (files,
/// fine_tuning/jobs).
class openai final : public remote_provider {
public:
  using remote_provider::remote_provider;

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

  /// Sends a text to the API's moderation. Returns the flagged categories, separated by commas, or an empty text if
  /// there are none.
  task<std::string> moderate(std::string text);

protected:
  task<product> produce(request what, watch_ptr watch) override;
  [[nodiscard]] std::string end_path(const std::string& reference) const override {
    return "/fine_tuning/jobs/" + reference + "/cancel";
  }

private:
  task<product> draw(request what, watch_ptr watch);
  task<product> vary(request what, watch_ptr watch);
  task<product> picture_of(json answer, watch_ptr watch);
  task<product> write(request what, watch_ptr watch);
  task<product> train(request what, watch_ptr watch);
  task<std::string> begin_training(const request& what, watch_ptr watch);
  task<std::string> find_training(const request& what, watch_ptr watch);
  task<std::string> upload(const request& what, watch_ptr watch);
  task<product> plan_next(request what, watch_ptr watch);
};

/// Assembles a streamed completion from server-sent events: `chat.completion.chunk` objects, then "[DONE]".
class completion_stream {
public:
  explicit completion_stream(watch_ptr watch) : watch_{std::move(watch)} { watch_->begin_text(); }

  void take(std::string_view bytes);

  /// Returns the whole text. Refuses with errc::unavailable an incomplete or malformed stream, and with
  /// errc::payload_too_large a text over 64 KiB.
  [[nodiscard]] runtime::result<product> finish() const;

private:
  void take_line(std::string_view line);

  watch_ptr watch_;
  std::string line_;
  product out_;
  bool done_ = false, strange_ = false, too_long_ = false;
};

} // namespace ainft::ai::remote
