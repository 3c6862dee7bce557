#pragma once

#include "runtime/messages.hpp"

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

/// An actor that has processed one message for longer than the limit.
struct long_stay {
  std::string actor;
  uint64_t id = 0;
  std::string message; ///< names of the message's types
  std::chrono::milliseconds lasts{};
};

/// The activity of one actor during a measurement.
struct busy_actor {
  std::string actor;
  uint64_t id = 0;
  uint64_t messages = 0;
  double busy_ms = 0;
  /// Messages in the actor's queue when it finished its latest message, without those still in the inbox.
  uint64_t mailbox = 0;
};

/// A message that an actor has processed.
struct taken_message {
  time_point at;
  std::string message;
  std::string sender; ///< actor id and node of the sender; empty for none
  double took_us = 0;
};

/// Observes every message that an actor processes (CAF's actor_profiler). Detects messages that block a scheduler
/// thread, and shows operators which actors are busy and which messages one actor gets. While nobody measures, it costs
/// a few loads and stores per message. It must outlive the actor system.
class actor_watch final : public caf::actor_profiler {
public:
  using told = std::function<void(const long_stay&)>;

  /// Reports each message that an actor on the scheduler processes for longer than `limit`.
  explicit actor_watch(std::chrono::milliseconds limit = std::chrono::milliseconds{100});
  ~actor_watch() override;

  /// Sets the function that gets the reports: one call per message, from the watch's own thread.
  void tell(told on_long_stay);

  /// Measures while `f` runs. Returns at most `most` actors, the busiest first.
  [[nodiscard]] std::vector<busy_actor> busiest(const std::function<void()>& f, size_t most);

  /// Keeps the latest 200 messages of one actor until the next call names another actor; 0 stops.
  void trace(uint64_t actor);
  [[nodiscard]] std::vector<taken_message> traced(uint64_t actor) const;

  void add_actor(const caf::local_actor&, const caf::local_actor*) override {}
  void remove_actor(const caf::local_actor&) override {}
  void before_processing(const caf::local_actor& self, const caf::mailbox_element& element) override;
  void after_processing(const caf::local_actor& self, caf::invoke_message_result) override;
  void before_sending(const caf::local_actor&, caf::mailbox_element&) override {}
  void before_sending_scheduled(const caf::local_actor&, caf::actor_clock::time_point, caf::mailbox_element&) override {
  }

private:
  using clock = std::chrono::steady_clock;
  struct count {
    const char* name = "";
    uint64_t messages = 0, mailbox = 0;
    clock::duration busy{};
  };
  /// The data of one scheduler thread. That thread writes it, the watch's thread reads it.
  struct worker_slot {
    std::atomic<clock::rep> since{0}; ///< start of the current message; 0 while the thread is idle
    std::atomic<uint64_t> actor{0};
    std::atomic<const char*> name{""};
    std::atomic<const caf::type_id_t*> types{nullptr};
    std::atomic<const command_type*> command{nullptr}; ///< the command, if the message is one for an entity; else null
    clock::rep reported = 0; ///< `since` of the message reported last; only for the watch's thread
    std::string sender;
    std::mutex mutex;
    std::unordered_map<uint64_t, count> counts;
  };

  worker_slot& mine();
  void run();
  void look(clock::time_point now);
  void keep(worker_slot& s, const caf::local_actor& self, clock::duration took);

  std::chrono::milliseconds limit_;
  uint64_t number_; ///< identifies this watch, so that a thread finds its own worker_slot
  told on_long_stay_;
  mutable std::mutex mutex_;
  std::list<worker_slot> slots_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::atomic<bool> counting_{false};
  std::mutex one_count_;
  std::atomic<uint64_t> traced_{0};
  std::vector<taken_message> kept_;
  std::thread thread_;
};

} // namespace ainft::runtime
