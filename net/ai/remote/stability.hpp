#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// Stability AI (platform.stability.ai/docs/api-reference, v2beta): models `core`, `ultra`, and those of the sd3 family; variations from sd3, upscales by
/// its fast upscaler, which always makes four times the size.
class stability final : public remote_provider {
public:
  using remote_provider::remote_provider;

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

protected:
  task<product> produce(request what, watch_ptr watch) override;
};

/// The API's ratio that is nearest to a size.
[[nodiscard]] std::string_view nearest_ratio(uint32_t width, uint32_t height);

} // namespace ainft::ai::remote
