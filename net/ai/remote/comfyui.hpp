#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// A ComfyUI server of one's own (docs.comfy.org, "Server routes"): a workflow is queued by POST /prompt, looked for in /history, and its picture fetched from
/// /view. The model is a checkpoint's file name.
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
