#pragma once

#include "net/ai/remote/remote_provider.hpp"

namespace ainft::ai::remote {

/// Stability AI (platform.stability.ai/docs/api-reference, v2beta). Models: `core`, `ultra`, and the sd3 family.
/// Variations use sd3. Upscales use the fast upscaler, which always makes the picture four times as large.
class stability final : public remote_provider {
public:
  using remote_provider::remote_provider;

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

protected:
  task<product> produce(request what, watch_ptr watch) override;
};

/// The API's aspect ratio that is nearest to a size.
[[nodiscard]] std::string_view nearest_ratio(uint32_t width, uint32_t height);

} // namespace ainft::ai::remote
