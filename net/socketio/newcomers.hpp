#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ainft::socketio {

/// The sessions that have not joined a namespace, with their addresses, oldest first. They are not authenticated, so
/// each address has a limit, and the server closes the oldest ones when it has too many sessions. Safe from any thread.
class newcomers {
public:
  /// `most_of_address` 0 means no limit.
  explicit newcomers(size_t most_of_address) : most_of_address_{most_of_address} {}

  /// False if `address` has reached its limit.
  [[nodiscard]] bool enter(const std::string& sid, const std::string& address);

  /// Removes a session that has joined or ended. Ignores an unknown `sid`.
  void leave(const std::string& sid);

  /// Removes and returns the oldest session.
  [[nodiscard]] std::optional<std::string> take_oldest();

  [[nodiscard]] size_t count() const;

private:
  struct entry {
    std::string sid;
    std::string address;
  };
  using entries = std::list<entry>;

  /// The caller holds the mutex.
  void erase(entries::iterator which);

  const size_t most_of_address_;
  mutable std::mutex mutex_;
  entries all_;
  std::unordered_map<std::string_view, entries::iterator> by_sid_; ///< the keys are views of the entries' `sid`
  std::unordered_map<std::string, size_t> of_address_;
};

} // namespace ainft::socketio
