#pragma once

#include "runtime/values.hpp"

#include <caf/actor_profiler.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/type_id_list.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace ainft::runtime {

/// An actor that took long over a message.
struct long_stay {
  std::string actor;
  uint64_t id = 0;
  std::string message; ///< the names of its types
  std::chrono::milliseconds lasts{};
};

/// What an actor did while it was looked at.
struct busy_actor {
  std::string actor;
  uint64_t id = 0;
  uint64_t messages = 0;
  double busy_ms = 0;
  uint64_t mailbox = 0; ///< messages that it had taken in and not looked at, at the last one
};

/// A message that an actor has taken.
struct taken_message {
  time_point at;
  std::string message;
  std::string sender; ///< an actor's id, or that of another node's actor; empty for none
  double took_us = 0;
};

/// Sees every message that an actor takes from its mailbox (CAF's actor_profiler): finds those that hold up a scheduler's thread, and tells operators who is busy and
/// what one actor gets. Costs a few loads and stores a message while nobody looks. Outlives the actor system.
class actor_watch final : public caf::actor_profiler {
public:
  using told = std::function<void(const long_stay&)>;

  /// `on_long_stay` is called from a thread of the watch's own, once for each message that an actor on the scheduler is at for longer than `limit`.
  explicit actor_watch(std::chrono::milliseconds limit = std::chrono::milliseconds{100});
  ~actor_watch() override;

  void tell(told on_long_stay);

  /// Counts for as long as `f` takes: who was busy, the busiest first, `most` at the most.
  [[nodiscard]] std::vector<busy_actor> busiest(const std::function<void()>& f, size_t most);

  /// Keeps the messages of one actor, the latest 200, until another one is named, or none (0).
  void trace(uint64_t actor);
  [[nodiscard]] std::vector<taken_message> traced(uint64_t actor) const;

  void add_actor(const caf::local_actor&, const caf::local_actor*) override {}
  void remove_actor(const caf::local_actor&) override {}
  void before_processing(const caf::local_actor& self, const caf::mailbox_element& element) override;
  void after_processing(const caf::local_actor& self, caf::invoke_message_result) override;
  void before_sending(const caf::local_actor&, caf::mailbox_element&) override {}
  void before_sending_scheduled(const caf::local_actor&, caf::actor_clock::time_point, caf::mailbox_element&) override {}

private:
  using clock = std::chrono::steady_clock;
  struct count {
    const char* name = "";
    uint64_t messages = 0, mailbox = 0;
    clock::duration busy{};
  };
  /// One thread's part. Its thread writes, the watch reads.
  struct seat {
    std::atomic<clock::rep> since{0}; ///< 0 while it does nothing
    std::atomic<uint64_t> actor{0};
    std::atomic<const char*> name{""};
    std::atomic<const caf::type_id_t*> types{nullptr};
    clock::rep reported = 0; ///< the watch's own
    std::string sender;
    std::mutex mutex;
    std::unordered_map<uint64_t, count> counts;
  };

  seat& mine();
  void run();
  void look(clock::time_point now);
  void keep(seat& s, const caf::local_actor& self, clock::duration took);

  std::chrono::milliseconds limit_;
  uint64_t number_; ///< tells a thread whose seat it has
  told on_long_stay_;
  mutable std::mutex mutex_;
  std::list<seat> seats_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::atomic<bool> counting_{false};
  std::mutex one_count_;
  std::atomic<uint64_t> traced_{0};
  std::vector<taken_message> kept_;
  std::thread thread_;
};

} // namespace ainft::runtime
