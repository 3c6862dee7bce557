#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// A self-hosted ComfyUI server (docs.comfy.org, "Server routes"). Queues a workflow with POST /prompt, polls /history,
/// and downloads the picture from /view. The model is the file name of a checkpoint.
class comfyui final : public remote_provider {
public:
  using remote_provider::remote_provider;

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

protected:
  task<product> produce(request what, watch_ptr watch) override;

private:
  task<json> follow(std::string id, request what, watch_ptr watch);
  task<std::string> upload(request what, watch_ptr watch);
};

} // namespace ainft::ai::remote
