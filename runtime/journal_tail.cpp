#include "runtime/journal_tail.hpp"

#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>

#include <unordered_set>

namespace ainft::runtime {

namespace {

constexpr size_t slice_limit = 1000;

/// Under load, the time between two reads, so that one read gets a larger batch: while somebody waits, and while nobody
/// does.
constexpr std::chrono::milliseconds gather{4}, gather_at_leisure{100};

class journal_tail final : public caf::event_based_actor {
public:
  journal_tail(caf::actor_config& cfg, caf::actor reader, tail_settings settings)
    : caf::event_based_actor(cfg), reader_{std::move(reader)}, settings_{std::move(settings)}, at_{settings_.from},
      event_types_{settings_.event_types.begin(), settings_.event_types.end()} {}

  const char* name() const override { return "ainft.journal_tail"; }

  caf::behavior make_behavior() override {
    poll();
    return {[this](const journal_advanced&) { read(); }};
  }

private:
  void poll() {
    run_delayed(settings_.poll, [this] {
      read();
      poll();
    });
  }

  void read() {
    if (reading_) {
      again_ = true;
      return;
    }
    reading_ = true;
    again_ = false;
    request(reader_, caf::infinite, read_journal{at_, {}, slice_limit})
      .then([this](journal_slice& slice) { on_slice(slice); },
            [this](const caf::error&) { reading_ = false; }); // poll() retries
  }

  void on_slice(journal_slice& slice) {
    const bool grown = slice.upto > at_;
    const bool more = slice.more;
    at_ = slice.upto;
    std::erase_if(slice.events,
                  [this](const followed_event& e) { return !event_types_.contains(e.kind + "." + e.event.type); });
    if (grown)
      guarded("journal_tail", [&] { settings_.handle(std::move(slice)); });
    if (more)
      return read_on();
    if (!again_) {
      reading_ = false;
      return;
    }
    run_delayed(settings_.is_awaited() ? gather : gather_at_leisure, [this] { read_on(); });
  }

  void read_on() {
    reading_ = false;
    read();
  }

  caf::actor reader_;
  tail_settings settings_;
  journal_cursor at_;
  std::unordered_set<std::string> event_types_;
  bool reading_ = false, again_ = false;
};

} // namespace

follower start_journal_tail(caf::actor_system& system, caf::actor reader, tail_settings settings) {
  auto event_types = settings.event_types;
  return {system.spawn<journal_tail>(std::move(reader), std::move(settings)), std::move(event_types), "tail"};
}

} // namespace ainft::runtime
