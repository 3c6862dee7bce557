#include "runtime/follower.hpp"

namespace ainft::runtime {

void follower_group::add(follower f) {
  forget(f.name);
  std::lock_guard guard{mutex_};
  all_.push_back(std::move(f));
}

void follower_group::forget(std::string_view name) {
  std::lock_guard guard{mutex_};
  std::erase_if(all_, [&](const follower& f) { return f.name == name; });
}

std::vector<follower> follower_group::all() const {
  std::shared_lock guard{mutex_};
  return all_;
}

} // namespace ainft::runtime
