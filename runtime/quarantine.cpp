#include "runtime/quarantine.hpp"

namespace ainft::runtime {

void quarantine::failed(std::string_view kind, const uuid& id, std::string reason, time_point now) {
  std::unique_lock lock{mutex_};
  auto& q = failing_[{std::string{kind}, id}];
  if (q.failures == 0)
    q = {std::string{kind}, id, {}, 0, now};
  q.reason = std::move(reason);
  const bool enters = ++q.failures == most_failures;
  count_ = failing_.size();
  const auto entered = q;
  lock.unlock();
  if (enters && on_entry_)
    on_entry_(entered);
}

void quarantine::loaded(std::string_view kind, const uuid& id) {
  if (count_ == 0)
    return;
  std::lock_guard guard{mutex_};
  failing_.erase({std::string{kind}, id});
  count_ = failing_.size();
}

bool quarantine::holds(std::string_view kind, const uuid& id) const {
  if (count_ == 0)
    return false;
  std::lock_guard guard{mutex_};
  const auto it = failing_.find({std::string{kind}, id});
  return it != failing_.end() && it->second.failures >= most_failures;
}

std::vector<quarantined> quarantine::all() const {
  std::lock_guard guard{mutex_};
  std::vector<quarantined> out;
  for (const auto& [name, q] : failing_)
    if (q.failures >= most_failures)
      out.push_back(q);
  return out;
}

bool quarantine::release(std::string_view kind, const uuid& id) {
  std::lock_guard guard{mutex_};
  const bool was_there = failing_.erase({std::string{kind}, id}) > 0;
  count_ = failing_.size();
  return was_there;
}

} // namespace ainft::runtime
