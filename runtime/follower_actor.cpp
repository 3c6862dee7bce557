#include "runtime/guard.hpp"
#include "runtime/is_transient.hpp"
#include "runtime/parking_lot.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <algorithm>
#include <deque>
#include <unordered_set>

namespace ainft::runtime {

namespace {

constexpr std::chrono::milliseconds first_pause{200}, longest_in_place{2'000};

class follower_actor final : public caf::event_based_actor {
public:
  follower_actor(caf::actor_config& cfg, const journal* log, follower_settings settings)
    : caf::event_based_actor(cfg), reader_{log->readers.front()}, settings_{std::move(settings)},
      parked_{*this, reader_, settings_, [this] { on_success(); }} {
    status_.name = settings_.name;
    report_failures("follower", *this); // the supervisor starts a new actor, which continues at the stored cursor
    auto& metrics = system().metrics();
    handled_ = metrics.counter_instance("ainft", "follower_events", {{"follower", settings_.name}},
                                        "Events that a follower handled", "1", true);
    failures_ = metrics.counter_instance("ainft", "follower_failures", {{"follower", settings_.name}},
                                         "Failed attempts to handle an event", "1", true);
  }

  const char* name() const override { return "ainft.follower"; }

  /// A message in transit keeps this actor in memory. Release the functions now, since objects that they use can end
  /// earlier.
  void on_exit() override {
    parked_.leave();
    settings_.handle = {};
    settings_.concerns = {};
    settings_.keys = {};
  }

  caf::behavior make_behavior() override {
    load();
    return {
      [this](const journal_advanced&) { read(); },
      [](const continuation& c) { c.run(); },
      [this](const ask_follower&) { return status_; },
      [this](const skip_event&) { return skip(); },
      [this](const rewind_follower& r) { return rewind(r.to); },
      [this](const release_parked& r) { return parked_.release(r.key); },
      [this](const skip_parked& s) { return parked_.skip(s.key); },
    };
  }

private:
  struct keyed_event {
    followed_event what;
    uuid key;
  };

  // -- the cursor -------------------------------------------------------------------------------------------------

  void load() {
    const auto again = [this](const caf::error&) { run_delayed(std::chrono::milliseconds{500}, [this] { load(); }); };
    request(reader_, caf::infinite, load_cursor{settings_.name})
      .then(
        [this, again](const journal_cursor& c) {
          cursor_ = stored_ = status_.at = c;
          parked_.load([this, again](const caf::error& bad) {
            if (bad)
              return again(bad);
            loaded_ = true;
            read();
            poll();
          });
        },
        again);
  }

  void poll() {
    run_delayed(settings_.poll, [this] {
      if (has_moved_)
        store();
      parked_.look();
      read();
      poll();
    });
  }

  void store() {
    stored_ = cursor_;
    has_moved_ = false;
    request(reader_, caf::infinite, store_cursor{settings_.name, cursor_})
      .then([](const journal_cursor&) {}, [](const caf::error&) {});
  }

  caf::result<caf::unit_t> rewind(journal_cursor to) {
    forget_slice();
    auto promise = make_response_promise<caf::unit_t>();
    has_moved_ = false; // do not store the old position after the new one
    loaded_ = false;    // do not read before the cursor is stored and the parked keys are known
    request(reader_, caf::infinite, store_cursor{settings_.name, to, true})
      .then(
        [this, promise, to](const journal_cursor&) mutable {
          cursor_ = stored_ = status_.at = to;
          has_moved_ = false;
          parked_.load([this, promise](const caf::error& bad) mutable { begin_again(std::move(promise), bad); });
        },
        [this, promise](const caf::error& bad) mutable { begin_again(std::move(promise), bad); });
    return promise;
  }

  void begin_again(caf::typed_response_promise<caf::unit_t> promise, const caf::error& bad) {
    loaded_ = true;
    if (bad)
      promise.deliver(bad);
    else
      promise.deliver(caf::unit);
    read();
  }

  // -- reading ----------------------------------------------------------------------------------------------------

  void forget_slice() {
    ++life_;
    events_.clear();
    clear_failure();
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
    request(reader_, caf::infinite, read_journal{cursor_, settings_.event_types})
      .then(
        [this, life = life_](journal_slice& slice) {
          if (life != life_)
            return read_anew(); // the slice is outdated: read from the current position
          upto_ = slice.upto;
          if (slice.more) {
            again_ = true;
            last_read_ = {}; // there is already a full batch to read
          }
          std::erase_if(slice.events, [this](const followed_event& e) {
            return settings_.concerns && knows(settings_, e) && !settings_.concerns(e);
          });
          find_keys(std::move(slice.events));
        },
        [this](const caf::error&) { reading_ = false; }); // poll() retries
  }

  void read_anew() {
    reading_ = false;
    read();
  }

  void find_keys(std::vector<followed_event> events) {
    if (!settings_.keys || events.empty())
      return take(std::move(events), {});
    const auto shared = std::make_shared<std::vector<followed_event>>(std::move(events));
    // The key of an unknown event is its own entity.
    const auto asked = std::make_shared<std::vector<followed_event>>();
    std::copy_if(shared->begin(), shared->end(), std::back_inserter(*asked),
                 [this](const auto& e) { return knows(settings_, e); });
    settings_.keys(*asked,
                   [this, self = caf::actor{this}, life = life_, shared, asked](result<std::vector<uuid>> found) {
                     caf::anon_send(self, continuation{[this, life, shared, asked, found = std::move(found)]() mutable {
                                      if (life != life_ || !found || found->size() != asked->size())
                                        return read_anew_soon();
                                      std::vector<uuid> keys;
                                      for (auto next = found->begin(); const auto& e : *shared)
                                        keys.push_back(knows(settings_, e) ? *next++ : e.event.entity);
                                      take(std::move(*shared), std::move(keys));
                                    }});
                   });
  }

  void read_anew_soon() {
    run_delayed(first_pause, [this] { read_anew(); });
  }

  void take(std::vector<followed_event> events, std::vector<uuid> keys) {
    reading_ = false;
    for (size_t i = 0; i < events.size(); ++i) {
      const auto key = keys.empty() ? events[i].event.entity : keys[i];
      events_.push_back({std::move(events[i]), key});
    }
    go_on();
  }

  void finish_slice() {
    if (upto_ > cursor_) {
      cursor_ = status_.at = upto_;
      // If the cursor only skipped events of other types, it is not stored each time.
      if (cursor_.position > stored_.position + 200)
        store();
    }
    if (again_)
      read();
  }

  // -- one event at a time ------------------------------------------------------------------------------------------

  void go_on() {
    if (events_.empty())
      return finish_slice();
    const auto& head = events_.front();
    if (parked_.is_trying(head.key))
      return go_on_after(std::chrono::milliseconds{20});
    if (parked_.holds(head.key))
      return park({});
    if (attempts_ == 0)
      begun_ = std::chrono::steady_clock::now();
    handle_event(*this, settings_, head.what, [this, life = life_](const caf::error& e) {
      if (life == life_)
        e ? on_failed(e) : on_handled();
    });
  }

  void go_on_after(std::chrono::milliseconds pause) {
    run_delayed(pause, [this, life = life_] {
      if (life == life_)
        go_on();
    });
  }

  void pass_head() {
    clear_failure();
    cursor_ = status_.at = events_.front().what.at;
    events_.pop_front();
    has_moved_ = true;
  }

  /// An event succeeded, in order or as a retry of a parked key. So not all events fail.
  void on_success() {
    handled_->inc();
    ++status_.handled;
    suspects_ = 0;
  }

  void on_handled() {
    on_success();
    pass_head();
    go_on();
  }

  bool skip() {
    if (events_.empty() || status_.failing.empty() || is_parking_)
      return false;
    ++life_; // ignore the outcome of an attempt in progress
    pass_head();
    go_on();
    return true;
  }

  // -- failures ---------------------------------------------------------------------------------------------------

  void clear_failure() {
    status_.failing.clear();
    pause_ = first_pause;
    attempts_ = 0;
  }

  void on_failed(const caf::error& why) {
    failures_->inc();
    ++status_.failures;
    const auto& e = events_.front().what;
    status_.failing = e.kind + "." + e.event.type;
    status_.failing_entity = e.event.entity;
    status_.last_error = explain(why).detail;
    ++attempts_;
    const bool passes = is_transient(why) || explain(why).code == errc::solana_failed;
    const bool is_given_up = !passes
                             || (std::chrono::steady_clock::now() - begun_ >= settings_.retries.patience
                                 && suspects_ < settings_.retries.most_suspects);
    if (!is_given_up || parked_.is_full())
      return go_on_after(std::exchange(pause_, std::min(pause_ * 2, longest_in_place)));
    suspects_ += passes;
    park(why);
  }

  /// Parks the slice's events of parked keys. If there is an error `why`, also parks the key of the first event. When
  /// the events are stored, the cursor moves past them.
  void park(const caf::error& why) {
    std::unordered_set<uuid> keys{events_.front().key};
    std::vector<parked_event> aside;
    for (const auto& e : events_)
      if (e.key == events_.front().key || parked_.holds(e.key)) {
        keys.insert(e.key);
        aside.push_back({e.key, e.what.event.entity, e.what.event.sequence});
      }
    is_parking_ = true;
    parked_.park(std::move(aside), why, attempts_, [this, life = life_, keys = std::move(keys)](const caf::error& bad) {
      is_parking_ = false;
      if (life != life_)
        return;
      if (bad)
        return go_on_after(longest_in_place);
      const auto is_aside = [&keys](const keyed_event& e) { return keys.contains(e.key); };
      while (!events_.empty() && is_aside(events_.front()))
        pass_head();
      std::erase_if(events_, is_aside);
      go_on();
    });
  }

  caf::actor reader_;
  follower_settings settings_;
  parking_lot parked_;
  follower_status status_;
  uint64_t life_ = 0; ///< incremented to invalidate callbacks in progress
  journal_cursor cursor_, upto_, stored_;
  std::deque<keyed_event> events_; ///< events of the current slice that are not handled yet
  bool loaded_ = false, reading_ = false, again_ = false;
  bool has_moved_ = false; ///< whether the cursor has moved since it was stored
  bool delayed_ = false;
  std::chrono::steady_clock::time_point last_read_;
  std::chrono::milliseconds pause_ = first_pause;
  uint32_t attempts_ = 0;                       ///< failed attempts at the first event
  std::chrono::steady_clock::time_point begun_; ///< start of the first attempt
  bool is_parking_ = false;
  size_t suspects_ = 0; ///< keys parked for transient failures since the last success
  caf::telemetry::int_counter* handled_;
  caf::telemetry::int_counter* failures_;
};

} // namespace

follower start_follower(caf::actor_system& system, const journal& log, follower_settings settings) {
  auto event_types = settings.event_types;
  auto name = settings.name;
  settings.known = log.known_events;
  return {system.spawn<follower_actor>(&log, std::move(settings)), std::move(event_types), std::move(name)};
}

} // namespace ainft::runtime
