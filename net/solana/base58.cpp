#include "net/solana/base58.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace ainft::solana {

namespace {

constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

constexpr auto values = [] {
  std::array<int8_t, 256> out{};
  out.fill(-1);
  for (size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<uint8_t>(alphabet[i])] = static_cast<int8_t>(i);
  return out;
}();

} // namespace

std::string base58_encode(std::string_view bytes) {
  const auto zeros = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c != 0; }) - bytes.begin();
  std::vector<uint8_t> digits; // the least significant first
  for (auto it = bytes.begin() + zeros; it != bytes.end(); ++it) {
    uint32_t carry = static_cast<uint8_t>(*it);
    for (auto& d : digits) {
      carry += uint32_t{d} << 8;
      d = static_cast<uint8_t>(carry % 58);
      carry /= 58;
    }
    for (; carry > 0; carry /= 58)
      digits.push_back(static_cast<uint8_t>(carry % 58));
  }
  std::string out(static_cast<size_t>(zeros), '1');
  for (auto d = digits.rbegin(); d != digits.rend(); ++d)
    out += alphabet[*d];
  return out;
}

std::optional<std::string> base58_decode(std::string_view text, size_t size) {
  // 64 bytes have at most 88 digits.
  if (text.empty() || text.size() > 88 || size > 64)
    return std::nullopt;
  const auto ones = static_cast<size_t>(
    std::find_if(text.begin(), text.end(), [](char c) { return c != '1'; }) - text.begin());
  std::vector<uint8_t> bytes; // the least significant first
  for (char c : text.substr(ones)) {
    const auto value = values[static_cast<uint8_t>(c)];
    if (value < 0)
      return std::nullopt;
    auto carry = static_cast<uint32_t>(value);
    for (auto& b : bytes) {
      carry += uint32_t{b} * 58;
      b = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8)
      bytes.push_back(static_cast<uint8_t>(carry));
  }
  if (ones + bytes.size() != size)
    return std::nullopt;
  std::string out(ones, '\0');
  out.append(bytes.rbegin(), bytes.rend());
  return out;
}

} // namespace ainft::solana
