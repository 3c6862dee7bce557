#pragma once

#include <caf/fwd.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <thread>

namespace ainft::runtime {

/// An exception as text for a log: its type, and its message only if the standard library or the operating system wrote
/// it. Messages of other libraries can quote their input.
[[nodiscard]] std::string exception_text(const std::exception_ptr& broken);

/// Logs an unexpected exception and counts it in `ainft_exceptions_total{where}`. `where` names a part of the program
/// and has few values. Never throws.
void report_exception(std::string_view where, const std::exception_ptr& broken) noexcept;

/// Calls `f`. If `f` throws, reports the exception and returns false. Use it at the top of each thread and in each
/// callback from a library, so that bad input ends one operation and never the process.
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

/// Runs an I/O context until it ends. If a handler throws, reports the exception and continues with the other handlers.
template <class Context>
void run_guarded(std::string_view where, Context& io) noexcept {
  while (!guarded(where, [&io] { io.run(); }))
    ;
}

/// Calls `round` until it returns false. After an exception it pauses, so that a permanent fault does not cause a busy
/// loop.
template <class Round>
void repeat_guarded(std::string_view where, Round round) noexcept {
  constexpr std::chrono::milliseconds pause{100};
  bool more = true;
  while (more)
    if (!guarded(where, [&] { more = round(); }))
      std::this_thread::sleep_for(pause);
}

/// A completion handler for asio::co_spawn when nobody waits for the coroutine: reports its exception.
[[nodiscard]] inline auto reported(std::string_view where) {
  return [where](const std::exception_ptr& broken) noexcept {
    if (broken)
      report_exception(where, broken);
  };
}

/// Makes an actor report an exception before it terminates. CAF's default handler would print the exception.
void report_failures(std::string_view where, caf::scheduled_actor& of);

/// Counts reported exceptions in a system's metrics while this object lives. If there are several, only the latest
/// counts.
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
