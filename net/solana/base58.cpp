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

/// Converts five digits at a time: 58^5 is the largest power of 58 that fits 32 bits.
constexpr size_t group = 5;
constexpr uint32_t group_base = 58 * 58 * 58 * 58 * 58;

size_t count_leading(std::string_view text, char c) {
  return static_cast<size_t>(std::find_if(text.begin(), text.end(), [c](char x) { return x != c; }) - text.begin());
}

} // namespace

std::string base58_encode(std::string_view bytes) {
  const auto zeros = count_leading(bytes, '\0');
  bytes.remove_prefix(zeros);
  std::vector<uint32_t> number((bytes.size() + 3) / 4); // most significant word first
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto place = bytes.size() - 1 - i;
    number[number.size() - 1 - place / 4] |= uint32_t{static_cast<uint8_t>(bytes[i])} << (8 * (place % 4));
  }
  std::string digits; // least significant digit first
  for (size_t from = 0; from < number.size();) {
    uint64_t remainder = 0;
    for (auto i = from; i < number.size(); ++i) {
      remainder = remainder << 32 | number[i];
      number[i] = static_cast<uint32_t>(remainder / group_base);
      remainder %= group_base;
    }
    for (size_t i = 0; i < group; ++i, remainder /= 58)
      digits += alphabet[remainder % 58];
    while (from < number.size() && number[from] == 0)
      ++from;
  }
  while (digits.ends_with(alphabet[0]))
    digits.pop_back();
  digits.append(zeros, alphabet[0]);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::optional<std::string> base58_decode(std::string_view text, size_t size) {
  // 64 bytes have at most 88 digits.
  if (text.empty() || text.size() > 88 || size > 64)
    return std::nullopt;
  const auto ones = count_leading(text, alphabet[0]);
  std::vector<uint32_t> number; // least significant word first
  for (size_t at = ones; at < text.size();) {
    uint64_t carry = 0, scale = 1;
    for (const auto end = std::min(at + group, text.size()); at < end; ++at, scale *= 58) {
      const auto value = values[static_cast<uint8_t>(text[at])];
      if (value < 0)
        return std::nullopt;
      carry = carry * 58 + static_cast<uint64_t>(value);
    }
    for (auto& word : number) {
      carry += word * scale;
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry > 0)
      number.push_back(static_cast<uint32_t>(carry));
  }
  std::string bytes; // least significant byte first
  for (auto word : number)
    for (int i = 0; i < 4; ++i, word >>= 8)
      bytes += static_cast<char>(word);
  while (bytes.ends_with('\0'))
    bytes.pop_back();
  if (ones + bytes.size() != size)
    return std::nullopt;
  bytes.append(ones, '\0');
  std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

} // namespace ainft::solana
