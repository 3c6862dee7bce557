#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ainft::socketio {

/// The sessions that have joined no namespace yet, with the address of each, oldest first. Nobody knows who they are: one
/// address may have only so many, and they make room when there are too many sessions. Safe from any thread.
class newcomers {
public:
  /// `most_of_address` 0 is no limit.
  explicit newcomers(size_t most_of_address) : most_of_address_{most_of_address} {}

  /// False if the address has as many as it may.
  [[nodiscard]] bool enter(const std::string& sid, const std::string& address);

  /// It has joined, or ended. One that is not here is passed over.
  void leave(const std::string& sid);

  /// Takes out the oldest.
  [[nodiscard]] std::optional<std::string> take_oldest();

  [[nodiscard]] size_t count() const;

private:
  struct entry {
    std::string sid;
    std::string address;
  };
  using entries = std::list<entry>;

  /// With the mutex held.
  void erase(entries::iterator which);

  const size_t most_of_address_;
  mutable std::mutex mutex_;
  entries all_;
  std::unordered_map<std::string_view, entries::iterator> by_sid_; ///< views of the entries' own
  std::unordered_map<std::string, size_t> of_address_;
};

} // namespace ainft::socketio
