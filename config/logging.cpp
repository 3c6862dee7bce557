#include "config/logging.hpp"

#include "runtime/codec/json_writer.hpp"
#include "runtime/log_context.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ainft::config {

namespace {

using runtime::log_context;

std::string time_of(const spdlog::details::log_msg& m) {
  return runtime::time_point{std::chrono::floor<std::chrono::microseconds>(m.time)}.str();
}

std::string_view view(const spdlog::string_view_t& s) { return {s.data(), s.size()}; }

void append(spdlog::memory_buf_t& to, std::string_view text) { to.append(text.data(), text.data() + text.size()); }

class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& m, spdlog::memory_buf_t& to) override {
    std::string line = "{\"time\":\"" + time_of(m) + "\",\"level\":\""
                       + std::string{view(spdlog::level::to_string_view(m.level))} + "\",\"message\":";
    runtime::append_quoted(line, view(m.payload));
    if (const auto& here = log_context::current(); !here.request_id.empty()) {
      line += ",\"requestId\":";
      runtime::append_quoted(line, here.request_id);
      line += ",\"traceId\":";
      runtime::append_quoted(line, here.trace_id);
    }
    append(to, line + "}\n");
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }
};

class human_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& m, spdlog::memory_buf_t& to) override {
    append(to, time_of(m));
    append(to, " ");
    m.color_range_start = to.size();
    append(to, view(spdlog::level::to_string_view(m.level)));
    m.color_range_end = to.size();
    append(to, " ");
    append(to, view(m.payload));
    if (const auto& here = log_context::current(); !here.request_id.empty())
      append(to, " [request " + std::string{here.request_id} + " trace " + std::string{here.trace_id} + "]");
    append(to, "\n");
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<human_formatter>();
  }
};

} // namespace

void start_logging(const settings& s) {
  const bool json = s.log.format == "json";
  auto logger = std::make_shared<spdlog::logger>(
    "ainft", json ? spdlog::sink_ptr{std::make_shared<spdlog::sinks::stderr_sink_mt>()}
                  : spdlog::sink_ptr{std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>()});
  logger->set_formatter(json ? std::unique_ptr<spdlog::formatter>{std::make_unique<json_formatter>()}
                             : std::unique_ptr<spdlog::formatter>{std::make_unique<human_formatter>()});
  logger->set_level(spdlog::level::from_str(s.log.level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

} // namespace ainft::config
