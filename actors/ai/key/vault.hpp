#pragma once

#include "runtime/values.hpp"

#include <array>
#include <vector>

namespace ainft::ai_key {

/// Seals secrets for the database: libsodium's secretbox (XSalsa20-Poly1305). Several keys may open; the first one seals, so that a key is
/// changed by putting another before it.
class vault {
public:
  /// Files that hold 32 bytes in base 64 each. Throws std::runtime_error, with the file's name, when one does not.
  explicit vault(const std::vector<std::string>& key_files);
  ~vault();
  vault(const vault&) = delete;
  vault& operator=(const vault&) = delete;

  /// Whether there is a key at all.
  [[nodiscard]] bool is_open() const noexcept { return !keys_.empty(); }

  /// What `purpose` (whose the secret is, and what for) is sealed in too, so that one secret cannot stand for another.
  [[nodiscard]] std::string seal(std::string_view purpose, std::string_view secret) const;

  /// Refuses with errc::internal what none of the keys opens, or what was sealed for something else.
  [[nodiscard]] runtime::result<std::string> open(std::string_view purpose, std::string_view sealed) const;

  /// Whether the first key sealed it.
  [[nodiscard]] bool is_fresh(std::string_view sealed) const;

private:
  struct key {
    std::array<unsigned char, 32> bytes{};
    std::array<char, 8> id{}; ///< of its BLAKE2b hash
  };
  [[nodiscard]] const key* key_of(std::string_view sealed) const;

  std::vector<key> keys_;
};

} // namespace ainft::ai_key
