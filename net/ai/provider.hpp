#pragma once

#include "runtime/errors.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace ainft::ai {

/// A picture to be made.
struct image_request {
  std::string model; ///< the provider's own word, empty for its usual one
  std::string prompt;
  uint32_t width = 1024; ///< pixels
  uint32_t height = 1024;
  uint32_t seed = 0;
};

/// What a worker and a provider tell each other while something is made. Safe from any thread.
struct making {
  std::atomic<uint32_t> percent{0};
  std::atomic<bool> cancelled{false}; ///< nobody wants it any more
};

/// Something that makes pictures: an embedded one, or an API.
class provider {
public:
  using receiver = std::function<void(runtime::result<std::string>)>;

  virtual ~provider() = default;

  /// What jobs call it.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Refuses a model that it does not have.
  [[nodiscard]] virtual caf::error check_model(std::string_view model) const = 0;

  /// Makes a picture and hands its file (PNG, JPEG, WebP) to `done`, once, in a thread of its own. Does not block. What may pass by itself
  /// is refused with errc::unavailable or errc::rate_limited, all else is final.
  virtual void make_image(image_request what, std::shared_ptr<making> watch, receiver done) = 0;
};

} // namespace ainft::ai
