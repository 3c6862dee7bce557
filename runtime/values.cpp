#include "runtime/values.hpp"

#include <openssl/evp.h>

#include <sys/random.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace ainft::runtime {

namespace {

constexpr std::string_view crockford = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view hex = "0123456789abcdef";

template <class Int>
bool digits(std::string_view text, size_t at, size_t count, Int& out) {
  if (at + count > text.size())
    return false;
  auto [end, ec] = std::from_chars(text.data() + at, text.data() + at + count, out);
  return ec == std::errc{} && end == text.data() + at + count && text[at] != '-';
}

/// The length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), or 0.
size_t utf8_length(std::string_view s, size_t at) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<uint8_t>(s[i]) : uint8_t{0}; };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const auto lead = byte(at);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return tail(at + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const auto low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return byte(at + 1) >= low && byte(at + 1) <= high && tail(at + 2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const auto low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return byte(at + 1) >= low && byte(at + 1) <= high && tail(at + 2) && tail(at + 3) ? 4 : 0;
  }
  return 0;
}

/// time_point::parse() accepts the years 1 to 9999 in UTC. RFC 3339 writes a year with four digits, and PostgreSQL has
/// no year 0.
constexpr time_point::rep earliest = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr time_point::rep too_late = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1};

class real_clock final : public clock {
public:
  [[nodiscard]] time_point now() const override {
    return time_point{std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())};
  }
};

} // namespace

const clock& system_clock() noexcept {
  static const real_clock instance;
  return instance;
}

result<time_point> time_point::parse(std::string_view text) {
  const auto bad = [] { return refuse(errc::validation_failed, std::string{schema.description}); };
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (text.size() < 20 || !digits(text, 0, 4, year) || text[4] != '-' || !digits(text, 5, 2, month) || text[7] != '-'
      || !digits(text, 8, 2, day) || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')
      || !digits(text, 11, 2, hour) || text[13] != ':' || !digits(text, 14, 2, minute) || text[16] != ':'
      || !digits(text, 17, 2, second))
    return bad();
  size_t at = 19;
  int64_t micros = 0;
  if (text[at] == '.') {
    size_t places = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
      if (++places <= 6)
        micros = micros * 10 + (text[at] - '0');
    if (places == 0)
      return bad();
    for (; places < 6; ++places)
      micros *= 10;
  }
  int offset_minutes = 0;
  const auto zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    int zone_hour = 0, zone_minute = 0;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || !digits(zone, 1, 2, zone_hour) || zone[3] != ':'
        || !digits(zone, 4, 2, zone_minute) || zone_hour > 23 || zone_minute > 59)
      return bad();
    offset_minutes = (zone[0] == '-' ? -1 : 1) * (zone_hour * 60 + zone_minute);
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59)
    return bad();
  const rep at_utc = std::chrono::sys_days{date} + std::chrono::hours{hour}
                     + std::chrono::minutes{minute - offset_minutes} + std::chrono::seconds{second}
                     + std::chrono::microseconds{micros};
  if (at_utc < earliest || at_utc >= too_late)
    return bad();
  return time_point{at_utc};
}

std::string time_point::str() const {
  const auto day = std::chrono::floor<std::chrono::days>(at_);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at_ - day};
  std::string out(27, '0');
  const auto put = [&out](size_t at, size_t width, int64_t value) {
    for (size_t i = width; i-- > 0; value /= 10)
      out[at + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, int(date.year()));
  put(5, 2, unsigned(date.month()));
  put(8, 2, unsigned(date.day()));
  put(11, 2, time.hours().count());
  put(14, 2, time.minutes().count());
  put(17, 2, time.seconds().count());
  put(20, 6, time.subseconds().count());
  out[4] = out[7] = '-';
  out[10] = 'T';
  out[13] = out[16] = ':';
  out[19] = '.';
  out[26] = 'Z';
  return out;
}

namespace {

/// A UUIDv7 from these random bytes and this time (RFC 9562, section 5.7).
uuid at_time(uuid random, std::chrono::system_clock::time_point at) {
  auto ticks = static_cast<uint64_t>(std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
  for (size_t i = 6; i-- > 0; ticks >>= 8)
    random.bytes[i] = static_cast<uint8_t>(ticks);
  random.bytes[6] = static_cast<uint8_t>((random.bytes[6] & 0x0F) | 0x70);
  random.bytes[8] = static_cast<uint8_t>((random.bytes[8] & 0x3F) | 0x80);
  return random;
}

} // namespace

uuid uuid::make() {
  uuid out;
  if (::getrandom(out.bytes.data(), out.bytes.size(), 0) != ssize_t(out.bytes.size()))
    throw std::runtime_error{"the kernel returned no random bytes"};
  return at_time(out, std::chrono::system_clock::now());
}

uuid uuid::derived(time_point at, std::string_view from) {
  std::array<uint8_t, 32> digest{};
  EVP_Digest(from.data(), from.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  uuid out;
  std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
  return at_time(out, at.get());
}

std::string uuid::str() const {
  std::string out;
  out.reserve(36);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      out += '-';
    out += hex[bytes[i] >> 4];
    out += hex[bytes[i] & 15];
  }
  return out;
}

std::optional<uuid> uuid::parse(std::string_view text) {
  uuid out;
  size_t nibbles = 0;
  for (char c : text) {
    if (c == '-')
      continue;
    const auto value = hex.find(c);
    if (value == hex.npos || nibbles == 32)
      return std::nullopt;
    out.bytes[nibbles / 2] = static_cast<uint8_t>(out.bytes[nibbles / 2] << 4 | value);
    ++nibbles;
  }
  return nibbles == 32 ? std::optional{out} : std::nullopt;
}

std::string typeid_suffix(const uuid& id) {
  // 26 digits of 5 bits have 130 bits: the two highest bits are zero.
  std::string out(26, '0');
  for (size_t digit = 0; digit < 26; ++digit) {
    unsigned value = 0;
    for (size_t bit = digit * 5; bit < digit * 5 + 5; ++bit)
      value = value << 1 | (bit < 2 ? 0u : (id.bytes[(bit - 2) / 8] >> (7 - (bit - 2) % 8)) & 1u);
    out[digit] = crockford[value];
  }
  return out;
}

std::string typeid_text(std::string_view prefix, const uuid& id) {
  return std::string{prefix} + "_" + typeid_suffix(id);
}

std::optional<uuid> parse_typeid(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 27 || !text.starts_with(prefix) || text[prefix.size()] != '_')
    return std::nullopt;
  const auto suffix = text.substr(prefix.size() + 1);
  if (suffix[0] > '7')
    return std::nullopt;
  uuid out;
  for (size_t digit = 0; digit < 26; ++digit) {
    const auto value = crockford.find(suffix[digit]);
    if (value == crockford.npos)
      return std::nullopt;
    for (size_t i = 0; i < 5; ++i) {
      const auto bit = digit * 5 + i;
      if (bit >= 2 && (value >> (4 - i) & 1))
        out.bytes[(bit - 2) / 8] |= static_cast<uint8_t>(1 << (7 - (bit - 2) % 8));
    }
  }
  return out;
}

std::optional<uuid> parse_any_typeid(std::string_view text) {
  const auto end_of_prefix = text.rfind('_');
  if (end_of_prefix == text.npos)
    return std::nullopt;
  return parse_typeid(text.substr(0, end_of_prefix), text);
}

std::string_view cut_utf8(std::string_view text, size_t most) noexcept {
  if (text.size() <= most)
    return text;
  constexpr size_t longest = 4; // bytes of a UTF-8 character; in other text, the cut moves back by no more
  for (size_t back = 0; back < longest && back <= most; ++back)
    if ((static_cast<uint8_t>(text[most - back]) & 0xC0) != 0x80)
      return text.substr(0, most - back);
  return text.substr(0, most);
}

caf::error check_text(std::string_view text, size_t min, size_t max) {
  if (text.size() < min || text.size() > max)
    return refuse(errc::validation_failed,
                  "must have " + std::to_string(min) + " to " + std::to_string(max) + " bytes of UTF-8");
  for (size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text, at);
    if (length == 0)
      return refuse(errc::validation_failed, "must be well-formed UTF-8");
    const auto c = static_cast<uint8_t>(text[at]);
    const bool line_break = c == '\n' || c == '\t' || c == '\r';
    if ((c < 0x20 && !(line_break && max > 256)) || c == 0x7F)
      return refuse(errc::validation_failed, "must not have control characters");
    at += length;
  }
  return {};
}

result<slug> slug::parse(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool good = text.size() >= 3 && text.size() <= 48 && plain(text.front()) && plain(text.back());
  for (size_t i = 0; good && i < text.size(); ++i)
    good = plain(text[i]) || (text[i] == '-' && plain(text[i - 1]));
  if (!good)
    return refuse(errc::validation_failed, std::string{schema.description});
  slug out;
  out.text_ = text;
  return out;
}

} // namespace ainft::runtime
