#pragma once

#include <caf/fwd.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <thread>

namespace ainft::runtime {

/// An exception as a log may show it: its type, and its text only where the standard library or the operating system wrote
/// it. Texts of other libraries quote the input that they were given.
[[nodiscard]] std::string exception_text(const std::exception_ptr& broken);

/// Logs an exception that nobody expected and counts it as `ainft_exceptions_total{where}`. `where` names the part of the
/// program; there are few of them. Never throws.
void report_exception(std::string_view where, const std::exception_ptr& broken) noexcept;

/// Calls `f`. Reports an exception and returns false. It stands at the top of each thread and in each callback from a library,
/// so that bad input ends what it came by and never the process.
template <class F>
bool guarded(std::string_view where, F&& f) noexcept {
  try {
    f();
    return true;
  } catch (...) {
    report_exception(where, std::current_exception());
    return false;
  }
}

/// Runs an I/O context until it ends. A handler that throws is reported, and the others go on.
template <class Context>
void run_guarded(std::string_view where, Context& io) noexcept {
  while (!guarded(where, [&io] { io.run(); }))
    ;
}

/// Calls `round` until it returns false. After one that threw it waits a moment, so that a lasting fault does not spin.
template <class Round>
void repeat_guarded(std::string_view where, Round round) noexcept {
  constexpr std::chrono::milliseconds pause{100};
  bool more = true;
  while (more)
    if (!guarded(where, [&] { more = round(); }))
      std::this_thread::sleep_for(pause);
}

/// A completion handler for asio::co_spawn where nobody waits for the coroutine: reports how it broke.
[[nodiscard]] inline auto reported(std::string_view where) {
  return [where](const std::exception_ptr& broken) noexcept {
    if (broken)
      report_exception(where, broken);
  };
}

/// Has an actor that throws report it before it ends. CAF would print what was thrown.
void report_failures(std::string_view where, caf::scheduled_actor& of);

/// Counts reported exceptions in a system's metrics for as long as it lives. Of several the latest counts.
class exception_metric {
public:
  explicit exception_metric(caf::actor_system& system);
  ~exception_metric();
  exception_metric(const exception_metric&) = delete;
  exception_metric& operator=(const exception_metric&) = delete;

private:
  caf::actor_system& system_;
};

} // namespace ainft::runtime
