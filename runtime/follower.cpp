#include "runtime/follower.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <algorithm>
#include <deque>

namespace ainft::runtime {

namespace {

class follower_actor final : public caf::event_based_actor {
public:
  follower_actor(caf::actor_config& cfg, const journal* log, follower_settings settings)
    : caf::event_based_actor(cfg), reader_{log->readers.front()}, settings_{std::move(settings)} {
    auto& metrics = system().metrics();
    handled_ = metrics.counter_instance("ainft", "follower_events", {{"follower", settings_.name}},
                                        "Events that a follower has handled", "1", true);
    failures_ = metrics.counter_instance("ainft", "follower_failures", {{"follower", settings_.name}},
                                         "Attempts at an event that failed", "1", true);
  }

  const char* name() const override { return "ainft.follower"; }

  caf::behavior make_behavior() override {
    load();
    return {
      [this](const journal_advanced&) { read(); },
      [](const continuation& c) { c.run(); },
    };
  }

private:
  void load() {
    request(reader_, caf::infinite, load_cursor{settings_.name})
      .then(
        [this](const journal_cursor& c) {
          cursor_ = c;
          loaded_ = true;
          read();
          poll();
        },
        [this](const caf::error&) { run_delayed(std::chrono::milliseconds{500}, [this] { load(); }); });
  }

  void poll() {
    run_delayed(settings_.poll, [this] {
      if (has_handled_)
        store();
      read();
      poll();
    });
  }

  void read() {
    if (!loaded_ || reading_ || !events_.empty()) {
      again_ = true;
      return;
    }
    again_ = false;
    if (const auto next = last_read_ + settings_.gather, now = std::chrono::steady_clock::now(); now < next) {
      if (!std::exchange(delayed_, true))
        run_delayed(next - now, [this] {
          delayed_ = false;
          read();
        });
      return;
    }
    last_read_ = std::chrono::steady_clock::now();
    reading_ = true;
    request(reader_, caf::infinite, read_journal{cursor_, settings_.interests})
      .then(
        [this](journal_slice& slice) {
          reading_ = false;
          upto_ = slice.upto;
          std::copy_if(std::make_move_iterator(slice.events.begin()), std::make_move_iterator(slice.events.end()), std::back_inserter(events_),
                       [this](const followed_event& e) { return !settings_.concerns || settings_.concerns(e); });
          events_.empty() ? finish_slice() : next();
        },
        [this](const caf::error&) { reading_ = false; });
  }

  void next() {
    settings_.handle(events_.front(), [this, self = caf::actor{this}](const caf::error& e) {
      caf::anon_send(self, continuation{[this, failed = static_cast<bool>(e)] { failed ? on_failed() : on_handled(); }});
    });
  }

  void on_handled() {
    if (events_.empty())
      return;
    handled_->inc();
    pause_ = first_pause;
    cursor_ = events_.front().at;
    events_.pop_front();
    has_handled_ = true;
    events_.empty() ? finish_slice() : next();
  }

  void on_failed() {
    failures_->inc();
    run_delayed(pause_, [this] {
      if (!events_.empty())
        next();
    });
    pause_ = std::min(pause_ * 2, std::chrono::milliseconds{30'000});
  }

  void finish_slice() {
    if (upto_ > cursor_) {
      cursor_ = upto_;
      // A cursor that only moved over other types' events need not be stored each time.
      if (cursor_.position > stored_.position + 200)
        store();
    }
    if (again_)
      read();
  }

  void store() {
    stored_ = cursor_;
    has_handled_ = false;
    request(reader_, caf::infinite, store_cursor{settings_.name, cursor_})
      .then([](const journal_cursor&) {}, [](const caf::error&) {});
  }

  static constexpr std::chrono::milliseconds first_pause{200};

  caf::actor reader_;
  follower_settings settings_;
  journal_cursor cursor_, upto_, stored_;
  std::deque<followed_event> events_;
  bool loaded_ = false, reading_ = false, again_ = false;
  bool has_handled_ = false; ///< since the cursor was stored
  bool delayed_ = false;
  std::chrono::steady_clock::time_point last_read_;
  std::chrono::milliseconds pause_ = first_pause;
  caf::telemetry::int_counter* handled_;
  caf::telemetry::int_counter* failures_;
};

} // namespace

follower start_follower(caf::actor_system& system, const journal& log, follower_settings settings) {
  auto interests = settings.interests;
  return {system.spawn<follower_actor>(&log, std::move(settings)), std::move(interests)};
}

void follower_group::add(follower f) {
  std::lock_guard guard{mutex_};
  all_.push_back(std::move(f));
}

void follower_group::notify(const append& committed) const {
  const auto concerns = [&committed](const std::string& interest) {
    const auto dot = committed.kind.size();
    return interest.size() > dot && interest[dot] == '.' && interest.starts_with(committed.kind)
           && std::any_of(committed.events.begin(), committed.events.end(),
                          [&](const new_event& e) { return std::string_view{interest}.substr(dot + 1) == e.type; });
  };
  std::shared_lock guard{mutex_};
  for (const auto& f : all_)
    if (std::any_of(f.interests.begin(), f.interests.end(), concerns))
      caf::anon_send(f.actor, journal_advanced{});
}

void follower_group::end() {
  std::lock_guard guard{mutex_};
  for (const auto& f : all_)
    caf::anon_send_exit(f.actor, caf::exit_reason::user_shutdown);
  all_.clear();
}

} // namespace ainft::runtime
