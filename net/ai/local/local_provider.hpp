#pragma once

#include "net/ai/provider.hpp"

#include <boost/asio/thread_pool.hpp>

namespace ainft::ai::local {

/// The embedded provider: draws by itself, and needs no key and no network. Its models are the kinds of picture that it draws; without one the
/// prompt's words decide.
class local_provider final : public provider {
public:
  explicit local_provider(size_t threads) : threads_{threads} {}
  /// Waits for what is being drawn.
  ~local_provider() override { threads_.join(); }

  [[nodiscard]] std::string_view name() const override { return "local"; }
  [[nodiscard]] caf::error check_model(std::string_view model) const override;
  void make_image(image_request what, std::shared_ptr<making> watch, receiver done) override;

private:
  boost::asio::thread_pool threads_;
};

} // namespace ainft::ai::local
