#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// An API in OpenAI's form: images/generations, images/edits and chat/completions (platform.openai.com/docs/api-reference), which Ollama, vLLM,
/// LocalAI and others speak too. Texts are streamed; an agent's steps come by tool calls. A fine-tune
/// teaches a model to see: it learns to describe the pictures as their captions do (files, fine_tuning/jobs).
class openai final : public remote_provider {
public:
  using remote_provider::remote_provider;

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

  /// What the API's moderation finds in a text: its categories, separated by commas; empty if it has nothing against it.
  task<std::string> moderate(std::string text);

protected:
  task<product> produce(request what, watch_ptr watch) override;
  [[nodiscard]] std::string end_path(const std::string& reference) const override { return "/fine_tuning/jobs/" + reference + "/cancel"; }

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

/// A streamed completion's pieces put together: server-sent events of `chat.completion.chunk` objects, with "[DONE]" at the end.
class completion_stream {
public:
  explicit completion_stream(watch_ptr watch) : watch_{std::move(watch)} { watch_->begin_text(); }

  void take(std::string_view bytes);

  /// The whole text. Refuses with errc::unavailable one that broke off or that is not in this form, with errc::payload_too_large one beyond 64 KiB.
  [[nodiscard]] runtime::result<product> finish() const;

private:
  void take_line(std::string_view line);

  watch_ptr watch_;
  std::string line_;
  product out_;
  bool done_ = false, strange_ = false, too_long_ = false;
};

} // namespace ainft::ai::remote
