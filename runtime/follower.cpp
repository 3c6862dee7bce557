#include "runtime/follower.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace ainft::runtime {

void follower_group::add(follower f) {
  forget(f.name);
  std::lock_guard guard{mutex_};
  all_.push_back(std::move(f));
}

namespace {

/// An event type has the form "kind.type".
bool names(std::string_view interest, std::string_view kind, std::string_view type) {
  return interest.size() == kind.size() + 1 + type.size() && interest.starts_with(kind) && interest[kind.size()] == '.'
         && interest.ends_with(type);
}

} // namespace

void follower_group::notify(const append& committed) const {
  for (const auto& e : committed.events)
    notify(committed.kind, e.type);
}

void follower_group::notify(std::string_view kind, std::string_view type) const {
  std::shared_lock guard{mutex_};
  for (const auto& f : all_)
    if (std::any_of(f.event_types.begin(), f.event_types.end(),
                    [&](const std::string& i) { return names(i, kind, type); }))
      caf::anon_send(f.actor, journal_advanced{});
}

void follower_group::forget(std::string_view name) {
  std::lock_guard guard{mutex_};
  std::erase_if(all_, [&](const follower& f) { return f.name == name; });
}

std::vector<follower> follower_group::all() const {
  std::shared_lock guard{mutex_};
  return all_;
}

void follower_group::end() {
  std::lock_guard guard{mutex_};
  for (const auto& f : all_)
    caf::anon_send_exit(f.actor, caf::exit_reason::user_shutdown);
  all_.clear();
}

} // namespace ainft::runtime
