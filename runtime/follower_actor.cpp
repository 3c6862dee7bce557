#include "runtime/event_window.hpp"
#include "runtime/guard.hpp"
#include "runtime/is_transient.hpp"
#include "runtime/journal_tail.hpp"
#include "runtime/parking_lot.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>

namespace ainft::runtime {

namespace {

constexpr std::chrono::milliseconds first_pause{200}, longest_in_place{2'000};
constexpr std::chrono::milliseconds load_again_after{500}, park_again_after{2'000}, look_at_key_after{20};
constexpr uint64_t store_after_skipping = 200; ///< positions
constexpr size_t most_in_slice = 500;
constexpr size_t most_open = 500; ///< with so many events in the window, the follower reads no more

class follower_actor final : public caf::event_based_actor {
public:
  follower_actor(caf::actor_config& cfg, const journal* log, follower_settings settings)
    : caf::event_based_actor(cfg), reader_{log->reader_of_follower(settings.name)}, source_{log->tail},
      settings_{std::move(settings)}, parked_{*this, reader_, settings_, [this] { on_success(); }} {
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
    if (loaded_ && has_moved_) // the follower that continues handles fewer events again
      caf::anon_send(reader_, store_cursor{settings_.name, cursor_});
    parked_.leave();
    settings_.handle = {};
    settings_.concerns = {};
    settings_.keys = {};
  }

  caf::behavior make_behavior() override {
    caf::anon_send(source_, follow_tail{caf::actor{this}, settings_.event_types});
    load();
    poll();
    return {
      [this](const journal_advanced&) { read(); },
      [](const continuation& c) { c.run(); },
      [this](const ask_follower&) { return status(); },
      [this](const skip_event& s) { return skip(s.entity); },
      [this](const rewind_follower& r) { return rewind(r.to); },
      [this](const release_parked& r) { return parked_.release(r.key); },
      [this](const skip_parked& s) { return parked_.skip(s.key); },
    };
  }

private:
  using event_ptr = event_window::event_ptr;

  // -- the cursor -------------------------------------------------------------------------------------------------

  void load() {
    request(reader_, caf::infinite, load_cursor{settings_.name})
      .then([this](const journal_cursor& c) { begin_at(c, [] {}); },
            [this](const caf::error&) { run_delayed(load_again_after, [this] { load(); }); });
  }

  /// Continues at a place in the journal, with an empty window, as soon as the parked keys are known. Calls `begun`
  /// then.
  void begin_at(const journal_cursor& at, const std::function<void()>& begun) {
    ++life_;
    window_.clear();
    cursor_ = stored_ = read_upto_ = status_.at = at;
    has_moved_ = false;
    parked_.load([this, at, begun](const caf::error& bad) {
      if (bad)
        return void(run_delayed(load_again_after, [this, at, begun] { begin_at(at, begun); }));
      loaded_ = true;
      begun();
      read();
    });
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
    if (!loaded_) // a rewind is in progress: do not store the old position after the new one
      return;
    stored_ = cursor_;
    has_moved_ = false;
    request(reader_, caf::infinite, store_cursor{settings_.name, cursor_})
      .then([](const journal_cursor&) {}, [](const caf::error&) {});
  }

  /// The window stays until the new cursor is stored: if that fails, the follower continues where it was.
  caf::result<caf::unit_t> rewind(journal_cursor to) {
    if (!loaded_)
      return refuse(errc::unavailable, "the follower is starting, or it is being rewound; retry");
    loaded_ = false;
    auto promise = make_response_promise<caf::unit_t>();
    request(reader_, caf::infinite, store_cursor{settings_.name, to, true})
      .then([this, promise,
             to](const journal_cursor&) { begin_at(to, [promise]() mutable { promise.deliver(caf::unit); }); },
            [this, promise](caf::error& bad) mutable {
              promise.deliver(std::move(bad));
              loaded_ = true;
              go_on();
              read();
            });
    return promise;
  }

  // -- reading ----------------------------------------------------------------------------------------------------

  void read() {
    if (!loaded_ || reading_ || window_.size() >= most_open) {
      read_due_ = true;
      return;
    }
    read_due_ = false;
    reading_ = true;
    request(source_, caf::infinite, read_journal{read_upto_, settings_.event_types, most_in_slice})
      .then(
        [this, life = life_](journal_slice& slice) {
          if (life != life_)
            return read_anew(); // the slice is outdated: read from the current position
          read_due_ = read_due_ || slice.more;
          std::erase_if(slice.events, [this](const followed_event& e) {
            return settings_.concerns && knows(settings_, e) && !settings_.concerns(e);
          });
          find_keys(std::move(slice.events), slice.upto);
        },
        [this](const caf::error&) { reading_ = false; }); // poll() retries
  }

  void read_anew() {
    reading_ = false;
    read();
  }

  void find_keys(std::vector<followed_event> events, journal_cursor upto) {
    if (!settings_.keys || events.empty())
      return take(std::move(events), {}, upto);
    const auto shared = std::make_shared<std::vector<followed_event>>(std::move(events));
    // The key of an unknown event is its own entity.
    const auto asked = std::make_shared<std::vector<followed_event>>();
    std::copy_if(shared->begin(), shared->end(), std::back_inserter(*asked),
                 [this](const auto& e) { return knows(settings_, e); });
    settings_.keys(
      *asked, [this, self = caf::actor{this}, life = life_, shared, asked, upto](result<std::vector<uuid>> found) {
        caf::anon_send(self, continuation{[this, life, shared, asked, upto, found = std::move(found)]() mutable {
                         if (life != life_ || !found || found->size() != asked->size())
                           return read_anew_soon();
                         std::vector<uuid> keys;
                         for (auto next = found->begin(); const auto& e : *shared)
                           keys.push_back(knows(settings_, e) ? *next++ : e.event.entity);
                         take(std::move(*shared), std::move(keys), upto);
                       }});
      });
  }

  void read_anew_soon() {
    run_delayed(first_pause, [this] { read_anew(); });
  }

  void take(std::vector<followed_event> events, std::vector<uuid> keys, journal_cursor upto) {
    reading_ = false;
    read_upto_ = upto;
    for (size_t i = 0; i < events.size(); ++i) {
      const auto key = keys.empty() ? events[i].event.entity : keys[i];
      window_.add(std::move(events[i]), key);
    }
    go_on();
  }

  /// Moves the cursor up to the first unfinished event.
  void move_cursor() {
    if (const auto at = window_.drop_finished()) {
      cursor_ = status_.at = *at;
      has_moved_ = true;
    }
    if (!window_.empty() || read_upto_ <= cursor_)
      return;
    cursor_ = status_.at = read_upto_;
    // If the cursor only skipped events of other types, it is not stored each time.
    if (cursor_.position > stored_.position + store_after_skipping)
      store();
  }

  // -- handling ---------------------------------------------------------------------------------------------------

  void go_on() {
    while (loaded_ && window_.in_progress() < settings_.concurrency) {
      const auto e = window_.next();
      if (!e)
        break;
      attempt(e);
    }
    move_cursor();
    if (read_due_)
      read();
  }

  void attempt(const event_ptr& e) {
    if (parked_.is_trying(e->key)) // earlier events of the key are being handled: wait, to keep their order
      return attempt_after(e, look_at_key_after);
    if (parked_.holds(e->key))
      return park(e, {});
    if (e->attempts == 0) {
      e->begun = std::chrono::steady_clock::now();
      e->pause = first_pause;
    }
    handle_event(*this, settings_, e->what, [this, life = life_, e](const caf::error& failed) {
      if (life == life_ && !e->is_done)
        failed ? on_failed(e, failed) : on_handled(e);
    });
  }

  void attempt_after(const event_ptr& e, std::chrono::milliseconds pause) {
    run_delayed(pause, [this, life = life_, e] {
      if (life == life_ && !e->is_done)
        attempt(e);
    });
  }

  /// An event succeeded, in order or as a retry of a parked key. So not all events fail.
  void on_success() {
    handled_->inc();
    ++status_.handled;
    suspects_ = 0;
  }

  void on_handled(const event_ptr& e) {
    on_success();
    window_.finish(e->key);
    go_on();
  }

  follower_status skip(const uuid& entity) {
    const auto e = window_.oldest_failing();
    if (!e || e->what.event.entity != entity)
      return {};
    auto skipped = status();
    spdlog::warn("an operator made the follower {} skip event {} of {}", settings_.name, e->what.event.sequence,
                 entity.str());
    window_.finish(e->key); // the outcome of an attempt in progress is ignored
    go_on();
    return skipped;
  }

  follower_status status() {
    const auto e = window_.oldest_failing();
    status_.failing = e ? e->what.kind + "." + e->what.event.type : "";
    status_.failing_entity = e ? e->what.event.entity : uuid{};
    return status_;
  }

  // -- failures ---------------------------------------------------------------------------------------------------

  void on_failed(const event_ptr& e, const caf::error& why) {
    failures_->inc();
    ++status_.failures;
    status_.last_error = explain(why).detail;
    ++e->attempts;
    const bool is_temporary = is_transient(why) || explain(why).code == errc::solana_failed;
    const bool is_given_up = !is_temporary
                             || (std::chrono::steady_clock::now() - e->begun >= settings_.retries.patience
                                 && suspects_ < settings_.retries.most_suspects);
    if (!is_given_up || parked_.is_full())
      return attempt_after(e, std::exchange(e->pause, std::min(e->pause * 2, longest_in_place)));
    if (is_temporary)
      ++suspects_;
    park(e, why);
  }

  /// Parks the key of an event in progress, because of the error `why` if there is one, with all its events in the
  /// window. When they are stored, the cursor can move past them.
  void park(const event_ptr& e, const caf::error& why) {
    std::vector<parked_event> aside;
    for (const auto& waiting : window_.of(e->key))
      aside.push_back({e->key, waiting->what.event.entity, waiting->what.event.sequence});
    e->is_parking = true;
    const auto count = aside.size();
    parked_.park(e->key, std::move(aside), why, e->attempts, [this, life = life_, e, count](const caf::error& bad) {
      e->is_parking = false;
      if (life != life_)
        return;
      if (bad)
        return attempt_after(e, park_again_after);
      window_.finish(e->key, count);
      go_on();
    });
  }

  caf::actor reader_;
  caf::actor source_; ///< of the events
  follower_settings settings_;
  parking_lot parked_;
  follower_status status_;
  uint64_t life_ = 0; ///< incremented to invalidate callbacks in progress
  journal_cursor cursor_, stored_;
  journal_cursor read_upto_; ///< place of the latest read; the events up to it that are not finished are in the window
  event_window window_;
  bool loaded_ = false; ///< the place and the parked keys are known
  bool reading_ = false;
  bool read_due_ = false;  ///< the journal may have more events: read on as soon as possible
  bool has_moved_ = false; ///< whether the cursor has moved since it was stored
  size_t suspects_ = 0;    ///< keys parked for transient failures since the last success
  caf::telemetry::int_counter* handled_;
  caf::telemetry::int_counter* failures_;
};

} // namespace

follower start_follower(caf::actor_system& system, const journal& log, follower_settings settings) {
  auto name = settings.name;
  settings.known = {log.known_events.begin(), log.known_events.end()};
  return {system.spawn<follower_actor>(&log, std::move(settings)), std::move(name)};
}

} // namespace ainft::runtime
