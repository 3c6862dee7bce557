#include "runtime/guard.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <boost/system/system_error.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <system_error>
#include <typeinfo>

namespace ainft::runtime {

namespace {

std::string type_text(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name{abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                    std::free};
  return status == 0 && name ? name.get() : type.name();
}

/// Types whose messages come from the standard library and never contain input.
bool has_plain_text(const std::type_info& type) {
  return type == typeid(std::out_of_range) || type == typeid(std::length_error) || type == typeid(std::invalid_argument)
         || type == typeid(std::bad_alloc);
}

std::mutex metric_mutex;
caf::actor_system* metric_system = nullptr;

void count(std::string_view where) {
  std::lock_guard guard{metric_mutex};
  if (metric_system)
    metric_system->metrics()
      .counter_family("ainft", "exceptions", {"where"}, "Unexpected exceptions", "1", true)
      ->get_or_add({{"where", std::string{where}}})
      ->inc();
}

} // namespace

std::string exception_text(const std::exception_ptr& broken) {
  try {
    std::rethrow_exception(broken);
  } catch (const nlohmann::json::exception& e) {
    return type_text(typeid(e)) + " " + std::to_string(e.id);
  } catch (const std::system_error& e) {
    return type_text(typeid(e)) + ": " + e.code().message();
  } catch (const boost::system::system_error& e) {
    return type_text(typeid(e)) + ": " + e.code().message();
  } catch (const std::exception& e) {
    const auto& type = typeid(e);
    return has_plain_text(type) ? type_text(type) + ": " + e.what() : type_text(type);
  } catch (...) {
    const auto* type = abi::__cxa_current_exception_type();
    return type ? type_text(*type) : "an unknown exception";
  }
}

void report_exception(std::string_view where, const std::exception_ptr& broken) noexcept {
  try {
    spdlog::error("an exception in {}: {}", std::string{where}, exception_text(broken));
    count(where);
  } catch (...) {
    // Out of memory: nothing else can be done.
  }
}

void report_failures(std::string_view where, caf::scheduled_actor& of) {
  of.set_exception_handler([where](std::exception_ptr& broken) -> caf::error {
    report_exception(where, broken);
    return caf::sec::runtime_error;
  });
}

exception_metric::exception_metric(caf::actor_system& system) : system_{system} {
  std::lock_guard guard{metric_mutex};
  metric_system = &system;
}

exception_metric::~exception_metric() {
  std::lock_guard guard{metric_mutex};
  if (metric_system == &system_)
    metric_system = nullptr;
}

} // namespace ainft::runtime
