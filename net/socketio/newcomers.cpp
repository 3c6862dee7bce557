#include "net/socketio/newcomers.hpp"

namespace ainft::socketio {

bool newcomers::enter(const std::string& sid, const std::string& address) {
  std::lock_guard guard{mutex_};
  auto& there = of_address_[address];
  if (most_of_address_ > 0 && there >= most_of_address_)
    return false;
  ++there;
  const auto at = all_.insert(all_.end(), entry{sid, address});
  by_sid_.emplace(at->sid, at);
  return true;
}

void newcomers::leave(const std::string& sid) {
  std::lock_guard guard{mutex_};
  if (const auto found = by_sid_.find(sid); found != by_sid_.end())
    erase(found->second);
}

std::optional<std::string> newcomers::take_oldest() {
  std::lock_guard guard{mutex_};
  if (all_.empty())
    return std::nullopt;
  auto sid = all_.front().sid;
  erase(all_.begin());
  return sid;
}

size_t newcomers::count() const {
  std::lock_guard guard{mutex_};
  return all_.size();
}

void newcomers::erase(entries::iterator which) {
  by_sid_.erase(which->sid);
  if (const auto at = of_address_.find(which->address); --at->second == 0)
    of_address_.erase(at);
  all_.erase(which);
}

} // namespace ainft::socketio
