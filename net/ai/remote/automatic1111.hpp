#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// A self-hosted Stable Diffusion web UI, used by its API (AUTOMATIC1111/stable-diffusion-webui, started with --api):
/// txt2img, img2img, extra-single-image and progress.
class automatic1111 final : public remote_provider {
public:
  using remote_provider::remote_provider;

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

protected:
  task<product> produce(request what, watch_ptr watch) override;

private:
  boost::asio::awaitable<void> follow(request what, watch_ptr watch, std::shared_ptr<std::atomic<bool>> ended);
};

} // namespace ainft::ai::remote
