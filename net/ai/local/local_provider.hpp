#pragma once

#include "net/ai/provider.hpp"
#include "net/thread_pool.hpp"

namespace ainft::ai::local {

/// The embedded provider. It draws and writes by itself and needs neither a key nor a network. Its models are the
/// families of pictures; without a model, the prompt's words decide. The same request gives the same result.
class local_provider final : public provider {
public:
  explicit local_provider(size_t threads) : threads_{"ai_local", threads} {}
  /// Waits for running work.
  ~local_provider() override { threads_.join(); }

  [[nodiscard]] std::string_view name() const override { return "local"; }
  [[nodiscard]] caf::error check(work what, std::string_view model) const override;
  void make(request what, std::shared_ptr<making> watch, receiver done) override;

private:
  net::thread_pool threads_;
};

} // namespace ainft::ai::local
