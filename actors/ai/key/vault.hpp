#pragma once

#include "runtime/values.hpp"

#include <array>
#include <vector>

namespace ainft::ai_key {

/// Seals secrets for the database with libsodium's secretbox (XSalsa20-Poly1305). Every key of the vault opens; the
/// first one seals. To rotate the key, put the new one first.
class vault {
public:
  /// Each file holds 32 bytes in base64. Throws std::runtime_error with the name of a file that does not.
  explicit vault(const std::vector<std::string>& key_files);
  ~vault();
  vault(const vault&) = delete;
  vault& operator=(const vault&) = delete;

  /// Whether the vault has a key.
  [[nodiscard]] bool is_open() const noexcept { return !keys_.empty(); }

  /// Seals `purpose` (the secret's owner and use) together with the secret, so that one secret cannot replace another.
  [[nodiscard]] std::string seal(std::string_view purpose, std::string_view secret) const;

  /// Refuses with errc::internal if no key here sealed it, if it is damaged, or if it was sealed for another purpose.
  [[nodiscard]] runtime::result<std::string> open(std::string_view purpose, std::string_view sealed) const;

  /// Whether the first key sealed it. False for a vault without keys.
  [[nodiscard]] bool is_fresh(std::string_view sealed) const;

private:
  struct key {
    std::array<unsigned char, 32> bytes{};
    std::array<char, 8> id{}; ///< start of the key's BLAKE2b hash
  };
  [[nodiscard]] const key* key_of(std::string_view sealed) const;

  std::vector<key> keys_;
};

} // namespace ainft::ai_key
