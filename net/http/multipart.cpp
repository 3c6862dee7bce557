#include "net/http/multipart.hpp"
#include "runtime/try.hpp"

#include <boost/beast/core/string.hpp>

#include <array>

namespace ainft::http {

using runtime::errc;
using runtime::refuse;
using runtime::result;

namespace {

constexpr size_t header_limit = 8 * 1024;

caf::error truncated() {
  return refuse(errc::malformed_request, "the multipart body ends before its closing boundary");
}

bool is_file_part(std::string_view headers) {
  std::string lower{headers};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto disposition = lower.find("content-disposition:");
  return disposition != lower.npos && lower.find("filename", disposition) != lower.npos;
}

} // namespace

std::optional<std::string> multipart_file::boundary_of(std::string_view type) {
  const auto essence = type.substr(0, type.find(';'));
  if (!beast::iequals({essence.data(), essence.size()}, "multipart/form-data"))
    return std::nullopt;
  const auto at = type.find("boundary=");
  if (at == type.npos)
    return std::nullopt;
  auto value = type.substr(at + 9);
  if (value.starts_with('"'))
    value = value.substr(1, value.find('"', 1) - 1);
  else
    value = value.substr(0, value.find(';'));
  // RFC 2046, section 5.1.1
  return value.empty() || value.size() > 70 ? std::nullopt : std::optional{std::string{value}};
}

asio::awaitable<result<size_t>> multipart_file::fill() {
  std::array<char, 16 * 1024> piece;
  auto n = co_await body_.read(piece.data(), piece.size());
  if (n)
    buffer_.append(piece.data(), *n);
  co_return n;
}

/// Reads up to the content of the first file part.
asio::awaitable<caf::error> multipart_file::find_file() {
  for (;;) {
    const auto boundary = buffer_.find(delimiter_);
    const auto headers_end =
      boundary == buffer_.npos ? buffer_.npos : buffer_.find("\r\n\r\n", boundary + delimiter_.size());
    if (boundary != buffer_.npos && buffer_.compare(boundary + delimiter_.size(), 2, "--") == 0)
      co_return refuse(errc::malformed_request, "the multipart body has no file part");
    if (boundary != buffer_.npos && std::min(headers_end, buffer_.size()) - boundary > header_limit)
      co_return refuse(errc::malformed_request, "a part of the multipart body has a header larger than 8 KiB");
    if (headers_end != buffer_.npos) {
      const auto begin = boundary + delimiter_.size();
      const bool found = is_file_part(std::string_view{buffer_}.substr(begin, headers_end - begin));
      // If the part is not a file, keeps the last line break, because it may belong to the next boundary.
      buffer_.erase(0, headers_end + (found ? 4 : 2));
      if (found) {
        in_file_ = true;
        co_return caf::error{};
      }
      continue;
    }
    if (boundary == buffer_.npos && buffer_.size() > delimiter_.size())
      buffer_.erase(0, buffer_.size() - delimiter_.size());
    AINFT_CO_TRY(n, co_await fill());
    if (n == 0)
      co_return truncated();
  }
}

asio::awaitable<result<size_t>> multipart_file::read(char* to, size_t size) {
  if (ended_)
    co_return size_t{0};
  if (!in_file_)
    if (auto bad = co_await find_file())
      co_return bad;
  for (;;) {
    const auto boundary = buffer_.find(delimiter_);
    // Without a complete boundary, the last bytes of the buffer may be the beginning of one.
    const auto safe = boundary != buffer_.npos             ? boundary
                      : buffer_.size() > delimiter_.size() ? buffer_.size() - delimiter_.size()
                                                           : 0;
    if (safe > 0) {
      const auto n = std::min(safe, size);
      std::copy_n(buffer_.begin(), n, to);
      buffer_.erase(0, n);
      co_return n;
    }
    if (boundary == 0) {
      ended_ = true;
      buffer_.clear();
      for (;;) { // discards the rest of the body
        auto rest = co_await fill();
        buffer_.clear();
        if (!rest)
          co_return rest;
        if (*rest == 0)
          co_return size_t{0};
      }
    }
    auto n = co_await fill();
    if (!n)
      co_return n;
    if (*n == 0)
      co_return truncated();
  }
}

} // namespace ainft::http
