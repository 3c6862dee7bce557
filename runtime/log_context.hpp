#pragma once

#include <string_view>

namespace ainft::runtime {

/// Sets the request and the trace for log lines of this thread while this object lives. The log's formatter writes them
/// into each line.
class log_context {
public:
  log_context(std::string_view request_id, std::string_view trace_id) noexcept : outer_{current()} {
    current() = {request_id, trace_id};
  }
  ~log_context() { current() = outer_; }
  log_context(const log_context&) = delete;
  log_context& operator=(const log_context&) = delete;

  struct names {
    std::string_view request_id;
    std::string_view trace_id;
  };
  static names& current() noexcept {
    thread_local names here;
    return here;
  }

private:
  names outer_;
};

} // namespace ainft::runtime
