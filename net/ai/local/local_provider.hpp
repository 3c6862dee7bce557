#pragma once

#include "net/ai/provider.hpp"
#include "net/thread_pool.hpp"

namespace ainft::ai::local {

/// The embedded provider: draws and writes by itself, and needs no key and no network. Its models are the kinds of picture that it draws; without
/// one the prompt's words decide. The same request makes the same thing.
class local_provider final : public provider {
public:
  explicit local_provider(size_t threads) : threads_{"ai_local", threads} {}
  /// Waits for what is being made.
  ~local_provider() override { threads_.join(); }

  [[nodiscard]] std::string_view name() const override { return "local"; }
  [[nodiscard]] caf::error check(work what, std::string_view model) const override;
  void make(request what, std::shared_ptr<making> watch, receiver done) override;

private:
  net::thread_pool threads_;
};

} // namespace ainft::ai::local
