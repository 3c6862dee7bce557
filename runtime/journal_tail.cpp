#include "runtime/journal_tail.hpp"

#include "runtime/guard.hpp"
#include "runtime/recent_events.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <unordered_set>

namespace ainft::runtime {

namespace {

constexpr size_t slice_limit = 1000;

/// Bounds of the memory.
constexpr size_t most_events = 10'000, most_bytes = size_t{16} << 20;

/// Pause between two reads while commits keep coming, so that one read gets a larger batch. The longer one applies when
/// neither a client (tail_settings::is_awaited) nor a follower waits for the events.
constexpr std::chrono::milliseconds batch_pause{4}, batch_pause_unwatched{100};

/// An event in memory.
struct named_event : followed_event {
  std::string name; ///< "kind.type"
};

size_t size_of(const named_event& e) {
  return sizeof e + e.kind.size() + e.event.type.size() + e.event.payload.size()
         + e.event.audience.size() * sizeof(uuid) + e.name.size();
}

std::vector<std::string> names_of(const std::vector<followed_event>& events) {
  std::vector<std::string> out;
  out.reserve(events.size());
  for (const auto& e : events)
    out.push_back(e.kind + "." + e.event.type);
  return out;
}

class journal_tail final : public caf::event_based_actor {
public:
  journal_tail(caf::actor_config& cfg, tail_readers readers, const std::vector<std::string>& known)
    : caf::event_based_actor(cfg), readers_{std::move(readers)}, known_{known.begin(), known.end()} {
    set_down_handler([this](const caf::down_msg& down) {
      std::erase_if(followers_, [&](const follow_tail& f) { return f.follower.address() == down.source; });
    });
  }

  const char* name() const override { return "ainft.journal_tail"; }

  /// The followers hold this actor, too.
  void on_exit() override {
    followers_.clear();
    settings_ = {};
  }

  caf::behavior make_behavior() override {
    return {
      [this](begin_tail& b) { begin(std::move(b.settings)); },
      [this](const journal_advanced&) { read(); },
      [this](follow_tail& f) {
        monitor(f.follower);
        followers_.push_back(std::move(f));
      },
      [this](const read_journal& r) { return answer(r); },
    };
  }

private:
  void begin(tail_settings settings) {
    if (begun_)
      return;
    settings_ = std::move(settings);
    at_ = settings_.from;
    visible_ = {settings_.event_types.begin(), settings_.event_types.end()};
    recent_.begin_after(at_);
    begun_ = true;
    poll();
  }

  void poll() {
    read();
    run_delayed(settings_.poll, [this] { poll(); });
  }

  // -- reading ----------------------------------------------------------------------------------------------------

  void read() {
    if (reading_ || !begun_) {
      read_due_ = true;
      return;
    }
    reading_ = true;
    read_due_ = false;
    request(readers_.own, caf::infinite, read_journal{at_, {}, slice_limit})
      .then([this](journal_slice& slice) { on_slice(slice); },
            [this](const caf::error&) { reading_ = false; }); // poll() retries
  }

  void on_slice(journal_slice& slice) {
    const bool grown = slice.upto > at_;
    const bool more = slice.more;
    at_ = slice.upto;
    auto names = names_of(slice.events);
    const bool for_followers = notify(names);
    auto events = std::exchange(slice.events, {});
    for (size_t i = 0; i < events.size(); ++i) {
      if (visible_.contains(names[i]))
        slice.events.push_back(events[i]);
      keep({std::move(events[i]), std::move(names[i])});
    }
    if (grown)
      guarded("journal_tail", [&] { settings_.handle(std::move(slice)); });
    if (more)
      return read_on();
    if (!read_due_) {
      reading_ = false;
      return;
    }
    run_delayed(for_followers || settings_.is_awaited() ? batch_pause : batch_pause_unwatched, [this] { read_on(); });
  }

  void read_on() {
    reading_ = false;
    read();
  }

  void keep(named_event e) {
    bytes_ += size_of(e);
    for (recent_.add(std::move(e)); recent_.all().size() > most_events || bytes_ > most_bytes; recent_.drop_oldest())
      bytes_ -= size_of(recent_.all().front());
  }

  // -- followers --------------------------------------------------------------------------------------------------

  [[nodiscard]] bool is_for(const std::vector<std::string>& event_types, const std::string& name) const {
    return event_types.empty() || std::find(event_types.begin(), event_types.end(), name) != event_types.end()
           || (!known_.empty() && !known_.contains(name));
  }

  /// Tells the followers that `names` concern. Returns whether there are any.
  bool notify(const std::vector<std::string>& names) {
    bool out = false;
    for (const auto& f : followers_)
      if (std::any_of(names.begin(), names.end(), [&](const auto& name) { return is_for(f.event_types, name); })) {
        caf::anon_send(f.follower, journal_advanced{});
        out = true;
      }
    return out;
  }

  caf::result<journal_slice> answer(const read_journal& r) {
    if (begun_ && recent_.reaches(r.after))
      return slice_of(r);
    auto promise = make_response_promise<journal_slice>();
    promise.delegate(readers_.past[next_past_++ % readers_.past.size()], r);
    return promise;
  }

  [[nodiscard]] journal_slice slice_of(const read_journal& r) const {
    journal_slice out{{}, std::max(at_, r.after), false};
    for (auto it = recent_.first_after(r.after); it != recent_.all().end(); ++it) {
      if (!is_for(r.event_types, it->name))
        continue;
      if (out.events.size() == r.limit) {
        out.upto = out.events.back().at;
        out.more = true;
        break;
      }
      out.events.push_back(*it);
    }
    return out;
  }

  tail_readers readers_;
  std::unordered_set<std::string> known_, visible_;
  tail_settings settings_;
  std::vector<follow_tail> followers_;
  journal_cursor at_;
  recent_events<named_event> recent_;
  size_t bytes_ = 0; ///< of the events in memory
  size_t next_past_ = 0;
  bool begun_ = false, reading_ = false, read_due_ = false;
};

} // namespace

caf::actor start_journal_tail(caf::actor_system& system, tail_readers readers,
                              const std::vector<std::string>& known_events) {
  return system.spawn<journal_tail>(std::move(readers), known_events);
}

} // namespace ainft::runtime
