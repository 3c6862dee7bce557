#pragma once

#include "net/ai/provider.hpp"

#include <vector>

namespace ainft::ai_job {

/// The providers that this node has, by name.
class providers {
public:
  void add(std::unique_ptr<ai::provider> p) { all_.push_back(std::move(p)); }

  [[nodiscard]] ai::provider* find(std::string_view name) const {
    for (const auto& p : all_)
      if (p->name() == name)
        return p.get();
    return nullptr;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& p : all_)
      out.emplace_back(p->name());
    return out;
  }

private:
  std::vector<std::unique_ptr<ai::provider>> all_;
};

} // namespace ainft::ai_job
