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
    status_.name = settings_.name;
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
      [this](const ask_follower&) { return status_; },
      [this](const skip_event&) { return skip(); },
      [this](const rewind_follower& r) { return rewind(r.to); },
    };
  }

private:
  bool skip() {
    if (events_.empty() || status_.failing.empty())
      return false;
    ++life_; // a try that is under way counts no more
    on_handled();
    return true;
  }

  caf::result<caf::unit_t> rewind(journal_cursor to) {
    ++life_;
    events_.clear();
    status_.failing.clear();
    cursor_ = stored_ = to;
    has_handled_ = false;
    auto promise = make_response_promise<caf::unit_t>();
    request(reader_, caf::infinite, store_cursor{settings_.name, to, true})
      .then([this, promise](const journal_cursor&) mutable {
        promise.deliver(caf::unit);
        read();
      }, [promise](caf::error& e) mutable { promise.deliver(std::move(e)); });
    return promise;
  }

  void load() {
    request(reader_, caf::infinite, load_cursor{settings_.name})
      .then(
        [this](const journal_cursor& c) {
          cursor_ = status_.at = c;
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
        [this, life = life_](journal_slice& slice) {
          reading_ = false;
          if (life != life_)
            return read(); // from where it is now
          upto_ = slice.upto;
          std::copy_if(std::make_move_iterator(slice.events.begin()), std::make_move_iterator(slice.events.end()), std::back_inserter(events_),
                       [this](const followed_event& e) { return !settings_.concerns || settings_.concerns(e); });
          events_.empty() ? finish_slice() : next();
        },
        [this](const caf::error&) { reading_ = false; });
  }

  void next() {
    settings_.handle(events_.front(), [this, self = caf::actor{this}, life = life_](const caf::error& e) {
      caf::anon_send(self, continuation{[this, life, e] {
                       if (life == life_)
                         e ? on_failed(e) : on_handled();
                     }});
    });
  }

  void on_handled() {
    if (events_.empty())
      return;
    handled_->inc();
    ++status_.handled;
    status_.failing.clear();
    pause_ = first_pause;
    cursor_ = status_.at = events_.front().at;
    events_.pop_front();
    has_handled_ = true;
    events_.empty() ? finish_slice() : next();
  }

  void on_failed(const caf::error& why) {
    failures_->inc();
    ++status_.failures;
    const auto& e = events_.front();
    status_.failing = e.kind + "." + e.event.type;
    status_.failing_entity = e.event.entity;
    status_.last_error = explain(why).detail;
    run_delayed(pause_, [this, life = life_] {
      if (life == life_ && !events_.empty())
        next();
    });
    pause_ = std::min(pause_ * 2, std::chrono::milliseconds{30'000});
  }

  void finish_slice() {
    if (upto_ > cursor_) {
      cursor_ = status_.at = upto_;
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
  follower_status status_;
  uint64_t life_ = 0; ///< goes up when what is under way is to count no more
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
  auto name = settings.name;
  return {system.spawn<follower_actor>(&log, std::move(settings)), std::move(interests), std::move(name)};
}

void follower_group::add(follower f) {
  forget(f.name);
  std::lock_guard guard{mutex_};
  all_.push_back(std::move(f));
}

namespace {

/// "kind.type"
bool names(std::string_view interest, std::string_view kind, std::string_view type) {
  return interest.size() == kind.size() + 1 + type.size() && interest.starts_with(kind) && interest[kind.size()] == '.' && interest.ends_with(type);
}

} // namespace

void follower_group::notify(const append& committed) const {
  for (const auto& e : committed.events)
    notify(committed.kind, e.type);
}

void follower_group::notify(std::string_view kind, std::string_view type) const {
  std::shared_lock guard{mutex_};
  for (const auto& f : all_)
    if (std::any_of(f.interests.begin(), f.interests.end(), [&](const std::string& i) { return names(i, kind, type); }))
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
