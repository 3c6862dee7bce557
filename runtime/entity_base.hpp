#pragma once

#include "runtime/entity_host.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/gauge.hpp>

namespace ainft::runtime {

/// The part of an entity's actor that does not depend on its kind: timers, dead letters, the idle check, and the way
/// out of memory.
class entity_base : public caf::event_based_actor {
public:
  /// `kind` is a string literal.
  entity_base(caf::actor_config& cfg, entity_host& host, std::string_view kind, const uuid& id);
  ~entity_base() override;

  const char* name() const override { return kind_.data(); }

protected:
  /// Whether nothing waits for the journal.
  [[nodiscard]] virtual bool is_settled() const = 0;
  /// Whether no more changes are expected.
  [[nodiscard]] virtual bool is_at_rest() const = 0;

  /// The behavior while the entity loads, drains or leaves memory. The default handler gets every other message.
  [[nodiscard]] static caf::behavior waiting();

  /// Records a dead letter for a message that this kind does not accept.
  [[nodiscard]] caf::error refuse_unknown(std::string message);
  /// Refuses every message, because a later version of the program has written events that this node does not know. The
  /// entity is not broken and does not go into quarantine. It stays in memory for `rest_timeout`, so that this node
  /// does not read its journal for each request. The next message after that loads it again.
  void refuse_all(caf::error why);

  // -- deadlines --------------------------------------------------------------------------------------------------

  [[nodiscard]] const std::optional<time_point>& next_wake() const noexcept { return next_wake_; }
  /// Sends this actor a `wake` at this time. Replaces the time that was set before.
  void wake_at(const std::optional<time_point>& when);
  /// Starts the timer for next_wake() anew.
  void arm_timer();
  void wake_after(std::chrono::microseconds wait);

  // -- leaving memory ---------------------------------------------------------------------------------------------

  void touch() { last_use_ = std::chrono::steady_clock::now(); }
  [[nodiscard]] bool is_leaving() const noexcept { return leaving_; }

  void schedule_idle_check();
  /// Schedules the idle check sooner if the entity has come to rest.
  void notice_rest();
  void on_check_idle();
  void passivate_if_settled();
  /// Accepts no more commands, and leaves memory when all appends in flight are committed. New messages wait in the
  /// mailbox.
  void start_passivation();
  /// Makes the host forget this actor, so that it starts a new one for the next message. Until this actor ends, it
  /// forwards messages that still arrive here, so that none is lost.
  void leave_memory();

  entity_host& host_;
  const uuid id_;

private:
  [[nodiscard]] std::chrono::milliseconds idle_timeout() const;
  timers::ticket later(std::chrono::microseconds wait, caf::message what);
  caf::skippable_result delegate_all(caf::message& m);

  std::string_view kind_;
  caf::telemetry::int_gauge* active_;
  std::optional<time_point> next_wake_;
  timers::ticket wake_timer_, idle_timer_;
  bool resting_ = false, leaving_ = false;
  std::chrono::steady_clock::time_point last_use_ = std::chrono::steady_clock::now();
};

} // namespace ainft::runtime
