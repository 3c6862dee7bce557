#pragma once

#include "net/ai/provider.hpp"

namespace ainft::ai {

/// Returns an empty text at once. For measuring the queue alone.
class noop_provider final : public provider {
public:
  [[nodiscard]] std::string_view name() const override { return "noop"; }
  [[nodiscard]] caf::error check(work what, std::string_view) const override {
    return what == work::text ? caf::error{} : refuse_work(name(), what);
  }
  void make(request, std::shared_ptr<making>, receiver done) override { done(product{}); }
};

} // namespace ainft::ai
