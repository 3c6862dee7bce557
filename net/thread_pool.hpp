#pragma once

#include "runtime/guard.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>
#include <vector>

namespace ainft::net {

/// Threads that run the handlers posted to them. If a handler throws, the exception is reported as `where` and the
/// thread continues; boost::asio::thread_pool would end the process.
class thread_pool : public boost::asio::io_context {
public:
  /// `where` must outlive the pool. There is at least one thread.
  thread_pool(std::string_view where, size_t threads)
    : boost::asio::io_context{static_cast<int>(threads)}, work_{get_executor()} {
    for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i)
      threads_.emplace_back([this, where] { runtime::run_guarded(where, *this); });
  }

  ~thread_pool() {
    stop();
    join();
  }

  /// Waits for the threads. After stop(), they finish the handlers that run now; otherwise they run all pending work.
  void join() {
    work_.reset();
    for (auto& t : threads_)
      if (t.joinable())
        t.join();
  }

private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

} // namespace ainft::net
