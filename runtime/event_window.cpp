#include "runtime/event_window.hpp"

#include <algorithm>

namespace ainft::runtime {

void event_window::add(followed_event e, const uuid& key) {
  const auto added = std::make_shared<open_event>(open_event{std::move(e), key});
  events_.push_back(added);
  auto& of_key = by_key_[key];
  of_key.push_back(added);
  if (of_key.size() == 1)
    startable_.push_back(added);
}

void event_window::clear() {
  events_.clear();
  by_key_.clear();
  startable_.clear();
  in_progress_ = 0;
}

event_window::event_ptr event_window::next() {
  if (startable_.empty())
    return nullptr;
  auto out = std::move(startable_.front());
  startable_.pop_front();
  ++in_progress_;
  return out;
}

void event_window::finish(const uuid& key, size_t count) {
  const auto found = by_key_.find(key);
  auto& of_key = found->second;
  for (; count > 0; --count) {
    of_key.front()->is_done = true;
    of_key.pop_front();
  }
  --in_progress_;
  if (of_key.empty())
    by_key_.erase(found);
  else // in journal order: an event of a busy key must not wait behind all keys that came later
    startable_.insert(std::upper_bound(startable_.begin(), startable_.end(), of_key.front(),
                                       [](const auto& a, const auto& b) { return a->what.at < b->what.at; }),
                      of_key.front());
}

std::optional<journal_cursor> event_window::drop_finished() {
  std::optional<journal_cursor> out;
  for (; !events_.empty() && events_.front()->is_done; events_.pop_front())
    out = events_.front()->what.at;
  return out;
}

std::vector<event_window::event_ptr> event_window::of(const uuid& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::vector<event_ptr>{}
                                : std::vector<event_ptr>{found->second.begin(), found->second.end()};
}

event_window::event_ptr event_window::oldest_failing() const {
  const auto found = std::find_if(events_.begin(), events_.end(),
                                  [](const auto& e) { return !e->is_done && e->attempts > 0 && !e->is_parking; });
  return found == events_.end() ? nullptr : *found;
}

} // namespace ainft::runtime
