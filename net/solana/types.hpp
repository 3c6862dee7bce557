#pragma once

#include "net/solana/base58.hpp"
#include "runtime/values.hpp"

#include <charconv>

namespace ainft::solana {

using runtime::errc;
using runtime::result;

/// Bytes of a fixed size with a base 58 text form.
template <size_t Size, class Tag>
class base58_value : public runtime::text_value {
public:
  static constexpr size_t size = Size;
  static constexpr runtime::text_schema schema{"", Tag::rule, "^[1-9A-HJ-NP-Za-km-z]+$", Tag::example};

  base58_value() = default;
  explicit base58_value(std::string_view bytes) {
    std::copy_n(bytes.begin(), std::min(bytes.size(), Size), bytes_.begin());
  }
  explicit base58_value(const std::array<uint8_t, Size>& bytes) : bytes_{bytes} {}

  static result<base58_value> parse(std::string_view text) {
    if (auto bytes = base58_decode(text, Size))
      return base58_value{std::string_view{*bytes}};
    return runtime::refuse(errc::validation_failed, std::string{Tag::rule});
  }
  [[nodiscard]] std::string str() const { return base58_encode(view()); }
  [[nodiscard]] std::string_view view() const noexcept { return {reinterpret_cast<const char*>(bytes_.data()), Size}; }
  [[nodiscard]] const std::array<uint8_t, Size>& bytes() const noexcept { return bytes_; }
  [[nodiscard]] const uint8_t* data() const noexcept { return bytes_.data(); }
  [[nodiscard]] bool is_zero() const noexcept { return bytes_ == std::array<uint8_t, Size>{}; }
  friend auto operator<=>(const base58_value&, const base58_value&) = default;

private:
  std::array<uint8_t, Size> bytes_{};
};

struct public_key_tag {
  static constexpr std::string_view rule = "must be a Solana address: 32 bytes in base58";
  static constexpr std::string_view example = "So11111111111111111111111111111111111111112";
};
struct signature_tag {
  static constexpr std::string_view rule = "must be an ed25519 signature: 64 bytes in base58";
  static constexpr std::string_view example =
    "2AXDGYSE4f2sz7tvMMzyHvUfcoJmxudvdhBcmiUSo6ijwfYmfZYsKRxboQMPh3R4kUhXRVdtSXFXMheka4Rc4P2";
};
struct hash_tag {
  static constexpr std::string_view rule = "must be a hash: 32 bytes in base58";
  static constexpr std::string_view example = "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM";
};

using public_key = base58_value<32, public_key_tag>;
using signature = base58_value<64, signature_tag>;
using hash = base58_value<32, hash_tag>;

/// The address of a wallet, which signs for it.
using wallet_address = public_key;

/// An amount in lamports (10^-9 SOL), at least Min. In JSON it is a decimal string, because it goes up to 2^64 - 1.
template <uint64_t Min>
class basic_lamports : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{
    "",
    Min == 0 ? "must be a decimal string of a whole number of lamports from 0 to 18446744073709551615"
             : "must be a decimal string of a whole number of lamports from 1 to 18446744073709551615",
    "^(0|[1-9][0-9]{0,19})$", "1000000000"};

  constexpr basic_lamports() = default;
  constexpr explicit basic_lamports(uint64_t amount) : amount_{amount} {}

  static result<basic_lamports> parse(std::string_view text) {
    uint64_t amount = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const bool canonical = !text.empty() && text[0] >= '0' && text[0] <= '9' && (text[0] != '0' || text.size() == 1);
    if (!canonical || ec != std::errc{} || end != text.data() + text.size() || amount < Min)
      return runtime::refuse(errc::validation_failed, std::string{schema.description});
    return basic_lamports{amount};
  }
  [[nodiscard]] std::string str() const { return std::to_string(amount_); }
  [[nodiscard]] constexpr uint64_t get() const noexcept { return amount_; }
  friend constexpr auto operator<=>(const basic_lamports&, const basic_lamports&) = default;

private:
  uint64_t amount_ = Min;
};

using lamports = basic_lamports<0>;
using positive_lamports = basic_lamports<1>;

/// The sum, or nothing if it exceeds 2^64 - 1.
[[nodiscard]] constexpr std::optional<lamports> add(lamports a, lamports b) noexcept {
  uint64_t sum = 0;
  if (__builtin_add_overflow(a.get(), b.get(), &sum))
    return std::nullopt;
  return lamports{sum};
}

/// An ed25519 key pair (RFC 8032). The secret key never leaves the object, and the destructor wipes it.
class key_pair {
public:
  /// Makes a new pair from the system's random numbers.
  static key_pair make();
  /// Makes a pair from the 64 bytes that Solana's tools store (seed and public key). Refuses if the halves do not
  /// match.
  static result<key_pair> from_bytes(std::string_view bytes);
  /// Reads a file in the format of Solana's tools: a JSON array of 64 numbers.
  static result<key_pair> from_file(const std::string& path);

  ~key_pair();
  key_pair(const key_pair&) = default;
  key_pair& operator=(const key_pair&) = default;

  [[nodiscard]] const public_key& address() const noexcept { return address_; }
  [[nodiscard]] signature sign(std::string_view message) const;

private:
  key_pair() = default;
  std::array<uint8_t, 64> secret_{};
  public_key address_;
};

/// Whether `sig` is the signature of `message` by `key` (RFC 8032, section 5.1.7).
[[nodiscard]] bool verify(const public_key& key, std::string_view message, const signature& sig);

/// Whether the 32 bytes are the y coordinate of a point on the curve and so may be a public key.
[[nodiscard]] bool is_on_curve(const public_key& key);

} // namespace ainft::solana
