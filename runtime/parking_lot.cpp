#include "runtime/parking_lot.hpp"

#include "runtime/guard.hpp"

#include <caf/send.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <algorithm>

namespace ainft::runtime {

namespace {

/// How often to ask the table for due keys while keys are parked.
constexpr std::chrono::milliseconds between_looks{500};

std::string reason_of(const caf::error& e) {
  const auto why = explain(e);
  return why.detail.empty() ? to_string(why.code) : why.detail;
}

parked_event place_of(const uuid& key, const followed_event& e) { return {key, e.event.entity, e.event.sequence}; }

bool has(const std::vector<std::string>& names, const followed_event& e) {
  return std::find(names.begin(), names.end(), e.kind + "." + e.event.type) != names.end();
}

bool is_for(const follower_settings& settings, const followed_event& e) {
  return (settings.event_types.empty() || has(settings.event_types, e)) && (!settings.concerns || settings.concerns(e));
}

} // namespace

bool knows(const follower_settings& settings, const followed_event& e) {
  return settings.known.empty() || has(settings.event_types, e) || settings.known.contains(e.kind + "." + e.event.type);
}

void handle_event(caf::event_based_actor& self, const follower_settings& settings, const followed_event& e,
                  std::function<void(caf::error)> done) {
  const auto shared = std::make_shared<std::function<void(caf::error)>>(std::move(done));
  const auto among_messages = [actor = caf::actor{&self}, shared](const caf::error& failed) {
    caf::anon_send(actor, continuation{[shared, failed] {
                     if (const auto f = std::exchange(*shared, {}))
                       f(failed);
                   }});
  };
  if (!knows(settings, e))
    return among_messages(refuse(errc::unknown_message,
                                 "this version of the program does not know the event " + e.kind + "." + e.event.type));
  if (!is_for(settings, e))
    return among_messages({});
  try {
    settings.handle(e, among_messages);
  } catch (const std::exception& broken) {
    report_exception("follower", std::current_exception());
    among_messages(refuse(errc::internal, std::string{"the event's handler threw an exception: "} + broken.what()));
  }
}

struct parking_lot::attempt {
  due_key what;
  size_t next = 0; ///< index of the next event in `what.events`
};

parking_lot::parking_lot(caf::event_based_actor& self, caf::actor reader, const follower_settings& settings,
                         std::function<void()> on_success)
  : self_{self}, reader_{std::move(reader)}, settings_{settings}, on_success_{std::move(on_success)} {
  gauge_ =
    self_.system().metrics().gauge_instance("ainft", "follower_parked", {{"follower", settings_.name}},
                                            "Keys that a follower parked because their first event keeps failing");
}

void parking_lot::load(std::function<void(caf::error)> done) {
  self_.request(reader_, caf::infinite, list_parked{settings_.name})
    .then(
      [this, done](const parked_keys& found) {
        keys_ = {found.keys.begin(), found.keys.end()};
        show_count();
        done({});
      },
      [done](const caf::error& e) { done(e); });
}

void parking_lot::set(const uuid& key, bool is_parked) {
  if (is_parked)
    keys_.insert(key);
  else
    keys_.erase(key);
  show_count();
}

void parking_lot::park(const uuid& key, std::vector<parked_event> events, const caf::error& why, uint32_t attempts,
                       std::function<void(caf::error)> done) {
  const size_t added = holds(key) ? 0 : 1;
  new_keys_ += added;
  self_
    .request(reader_, caf::infinite,
             park_events{settings_.name, std::move(events), why ? reason_of(why) : "", attempts})
    .then(
      [this, key, added, done](bool) {
        new_keys_ -= added;
        set(key, true);
        done({});
      },
      [this, added, done](const caf::error& e) {
        new_keys_ -= added;
        done(e);
      });
}

void parking_lot::look() {
  show_count();
  const auto now = std::chrono::steady_clock::now();
  if (keys_.empty() || reading_ || !trying_.empty() || now < next_look_)
    return;
  next_look_ = now + between_looks;
  reading_ = true;
  self_.request(reader_, caf::infinite, find_due_parked{settings_.name})
    .then(
      [this](due_parked& due) {
        reading_ = false;
        for (const auto& d : due.all)
          trying_.insert(d.key);
        for (auto& d : due.all)
          try_next(std::make_shared<attempt>(attempt{std::move(d), 0}));
      },
      [this](const caf::error&) { reading_ = false; });
}

void parking_lot::try_next(const std::shared_ptr<attempt>& a) {
  if (a->next == a->what.events.size())
    return settle(a, {});
  handle_event(self_, settings_, a->what.events[a->next], [this, a](const caf::error& failed) {
    if (failed)
      return settle(a, failed);
    ++a->next;
    on_success_();
    try_next(a);
  });
}

void parking_lot::settle(const std::shared_ptr<attempt>& a, const caf::error& failed) {
  settle_parked done{settings_.name, a->what.key, {}, {}, {}, settings_.retries.longest_pause};
  for (size_t i = 0; i < a->next; ++i)
    done.handled.push_back(place_of(a->what.key, a->what.events[i]));
  if (failed) {
    done.failing = place_of(a->what.key, a->what.events[a->next]);
    done.failed = reason_of(failed);
  }
  const bool made_progress = a->next > 0;
  self_.request(reader_, caf::infinite, std::move(done))
    .then(
      [this, key = a->what.key, made_progress](const parked_key_left& left) {
        set(key, left.is_parked);
        end_attempt(key, made_progress);
      },
      // The events were handled but stay stored, so they are handled again: at-least-once.
      [this, key = a->what.key](const caf::error&) { end_attempt(key, false); });
}

void parking_lot::end_attempt(const uuid& key, bool made_progress) {
  trying_.erase(key);
  if (made_progress)
    look_soon();
}

void parking_lot::look_soon() {
  next_look_ = {};
  look();
}

template <class Message>
caf::result<bool> parking_lot::ask(Message m) {
  m.follower = settings_.name;
  auto promise = self_.make_response_promise<bool>();
  const auto key = m.key;
  self_.request(reader_, caf::infinite, m)
    .then(
      [this, promise, key](const parked_key_left& left) mutable {
        set(key, left.is_parked);
        promise.deliver(left.was_parked);
        look_soon();
      },
      [promise](caf::error& e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

caf::result<bool> parking_lot::release(const uuid& key) { return ask(release_parked{key, {}}); }

caf::result<bool> parking_lot::skip(const uuid& key) { return ask(skip_parked{key, {}}); }

} // namespace ainft::runtime
