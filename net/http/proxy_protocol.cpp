#include "net/http/proxy_protocol.hpp"

#include <algorithm>

namespace ainft::http {

namespace asio = boost::asio;
using runtime::errc;
using runtime::refuse;
using header_or_more = runtime::result<std::optional<proxy_header>>;

namespace {

constexpr std::string_view binary_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::string_view text_signature = "PROXY ";
constexpr size_t longest_line = 107, fixed_part = 16;

caf::error malformed(const char* why) {
  return refuse(errc::malformed_request, std::string{"the PROXY protocol's header "} + why);
}

/// Section 2.1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".
header_or_more read_line(std::string_view bytes) {
  const auto end = bytes.substr(0, longest_line).find("\r\n");
  if (end == bytes.npos)
    return bytes.size() >= longest_line ? header_or_more{malformed("is longer than 107 bytes")}
                                        : header_or_more{std::nullopt};
  std::vector<std::string_view> words;
  for (size_t at = 0; at <= end;) {
    const auto space = std::min(bytes.find(' ', at), end);
    words.push_back(bytes.substr(at, space - at));
    at = space + 1;
  }
  proxy_header out{end + 2, std::nullopt};
  if (words.size() >= 2 && words[1] == "UNKNOWN")
    return std::optional{out};
  if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6"))
    return malformed("must name TCP4, TCP6 or UNKNOWN");
  for (size_t i = 4; i < 6; ++i)
    if (words[i].empty() || words[i].size() > 5 || words[i].find_first_not_of("0123456789") != std::string_view::npos)
      return malformed("has an invalid port number");
  boost::system::error_code ec, other;
  const auto from = asio::ip::make_address(std::string{words[2]}, ec),
             to = asio::ip::make_address(std::string{words[3]}, other);
  const bool v4 = words[1] == "TCP4";
  if (ec || other || from.is_v4() != v4 || to.is_v4() != v4)
    return malformed("has an address that does not match its family");
  out.source = canonical(from);
  return std::optional{out};
}

/// Section 2.2: the signature, version and command, family and protocol, the length of the rest in network byte order,
/// then addresses and ports.
header_or_more read_binary(std::string_view bytes) {
  if (bytes.size() < fixed_part)
    return std::optional<proxy_header>{};
  const auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const size_t rest = at(14) << 8 | at(15);
  const unsigned version = at(12) >> 4, command = at(12) & 15, family = at(13);
  if (version != 2 || command > 1)
    return malformed("has an unknown version or command");
  if (fixed_part + rest > longest_proxy_header)
    return malformed("is longer than 4096 bytes");
  const size_t needed = family == 0x11 ? 12 : family == 0x21 ? 36 : 0;
  if (command == 1 && family != 0x00 && (needed == 0 || rest < needed))
    return malformed("must be for TCP over IPv4 or IPv6");
  if (bytes.size() < fixed_part + rest)
    return std::optional<proxy_header>{};
  proxy_header out{fixed_part + rest, std::nullopt};
  if (command == 0 || family == 0x00)
    return std::optional{out};
  if (family == 0x11) {
    asio::ip::address_v4::bytes_type from;
    std::copy_n(bytes.begin() + fixed_part, from.size(), from.begin());
    out.source = asio::ip::address_v4{from};
  } else {
    asio::ip::address_v6::bytes_type from;
    std::copy_n(bytes.begin() + fixed_part, from.size(), from.begin());
    out.source = canonical(asio::ip::address_v6{from});
  }
  return std::optional{out};
}

bool begins_like(std::string_view bytes, std::string_view signature) {
  const auto n = std::min(bytes.size(), signature.size());
  return bytes.substr(0, n) == signature.substr(0, n);
}

} // namespace

header_or_more read_proxy_header(std::string_view bytes) {
  if (bytes.size() >= binary_signature.size() && begins_like(bytes, binary_signature))
    return read_binary(bytes);
  if (bytes.size() >= text_signature.size() && begins_like(bytes, text_signature))
    return read_line(bytes);
  if (begins_like(bytes, binary_signature) || begins_like(bytes, text_signature))
    return std::optional<proxy_header>{};
  return malformed("is missing");
}

} // namespace ainft::http
