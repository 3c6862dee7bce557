#pragma once

#include "net/http/call.hpp"
#include "runtime/errors.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace ainft::operations {

/// The file of the setting `cluster.operators-file`: the operators who may use a console. Each line has a name, a role
/// (viewer or operator) and the SHA-256 of a key. Empty lines are ignored; a word that begins with '#' starts a
/// comment. Thread-safe.
class operators_file {
public:
  explicit operators_file(std::string path) : path_{std::move(path)} {}

  /// Throws std::runtime_error that names the first invalid line and the rule. The error never quotes the line, because
  /// it may hold a key.
  void check() const;

  /// Reads the file and finds the operator with this key. Refuses with errc::unauthenticated. Skips invalid lines, and
  /// logs the first one (once, until the problem changes).
  [[nodiscard]] runtime::result<http::console_operator> find(std::string_view key) const;

private:
  void warn(const std::string& problem) const;

  std::string path_;
  mutable std::mutex mutex_;
  mutable std::string warned_; ///< the problem of the last log entry
};

} // namespace ainft::operations
