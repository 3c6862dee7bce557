#include "net/http/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ainft::http {

namespace {

std::optional<uint64_t> number(std::string_view text) {
  uint64_t out = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc{} && end == text.data() + text.size() ? std::optional{out} : std::nullopt;
}

} // namespace

std::string byte_range::content_range(uint64_t size) const {
  return "bytes " + std::to_string(offset) + "-" + std::to_string(offset + length - 1) + "/" + std::to_string(size);
}

runtime::result<byte_range> read_range(std::string_view header, uint64_t size) {
  const byte_range whole{0, size, false};
  if (!header.starts_with("bytes=") || header.find(',') != header.npos)
    return whole;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == header.npos)
    return whole;
  const auto first = number(header.substr(0, dash));
  const auto last = number(header.substr(dash + 1));
  const auto outside = [size] {
    return runtime::refuse(runtime::errc::range_not_satisfiable, "the file has " + std::to_string(size) + " bytes");
  };
  if (dash == 0) { // a suffix: the last so many bytes
    if (!last)
      return whole;
    const auto length = std::min(*last, size);
    return length > 0 ? byte_range{size - length, length, true} : runtime::result<byte_range>{outside()};
  }
  if (!first || (!last && dash + 1 < header.size()) || (last && *last < *first))
    return whole;
  if (*first >= size)
    return outside();
  const auto end = last ? std::min(*last, size - 1) : size - 1;
  return byte_range{*first, end - *first + 1, true};
}

} // namespace ainft::http
