#include "runtime/cluster/singletons.hpp"

#include "runtime/guard.hpp"
#include "runtime/messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

namespace ainft::runtime::cluster {

namespace {

constexpr std::chrono::milliseconds look_every{100};

} // namespace

void singletons::add(std::string name, starter start) { all_.push_back({std::move(name), std::move(start), {}}); }

void singletons::start_alone() {
  std::lock_guard guard{mutex_};
  for (auto& e : all_)
    e.end = e.start();
}

void singletons::follow(const local_shards& self) {
  self_ = &self;
  ticker_ = system_.spawn<caf::hidden>([this](caf::event_based_actor* me) -> caf::behavior {
    const auto again = [this, me](const auto& next) -> void {
      guarded("singletons", [this] { look(); });
      me->run_delayed(look_every, [next] { next(next); });
    };
    again(again);
    return {[](const continuation& c) { guarded("singletons", c.run); }};
  });
}

bool singletons::is_mine(const entry& e) const {
  const auto placed = self_->now();
  const auto* owner = placed->owner_of(std::string_view{e.name});
  return self_->may_serve() && owner && owner->node == self_->self();
}

void singletons::end(entry& e) {
  if (auto f = std::exchange(e.end, {}))
    f();
}

void singletons::look() {
  std::lock_guard guard{mutex_};
  if (ended_)
    return;
  for (auto& e : all_)
    if (!is_mine(e))
      end(e);
    else if (!e.end && self_->is_open())
      e.end = e.start();
}

void singletons::end_foreign() {
  std::lock_guard guard{mutex_};
  for (auto& e : all_)
    if (self_ && !is_mine(e))
      end(e);
}

std::vector<singletons::state> singletons::all() const {
  std::vector<state> out;
  std::lock_guard guard{mutex_};
  out.reserve(all_.size());
  for (const auto& e : all_)
    out.push_back({e.name, static_cast<bool>(e.end)});
  return out;
}

void singletons::end_all() {
  std::lock_guard guard{mutex_};
  ended_ = true;
  if (ticker_)
    caf::anon_send_exit(ticker_, caf::exit_reason::user_shutdown);
  ticker_ = nullptr;
  for (auto& e : all_)
    end(e);
}

} // namespace ainft::runtime::cluster
