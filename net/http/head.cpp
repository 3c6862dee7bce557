#include "net/http/head.hpp"

#include "net/http/field_text.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace ainft::http {

using runtime::errc;
using runtime::refuse;

namespace {

constexpr std::string_view line_break = "\r\n";

caf::error malformed(std::string why) { return refuse(errc::malformed_request, std::move(why)); }

bool same(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A set of letters, digits and the given marks. It is a lookup table because every byte of every request is checked.
class characters {
public:
  constexpr explicit characters(std::string_view marks) {
    for (int c = 0; c < 256; ++c)
      has_[c] = is_digit(static_cast<char>(c)) || is_letter(static_cast<char>(c))
                || marks.find(static_cast<char>(c)) != marks.npos;
  }
  bool are_all_of(std::string_view text) const {
    return std::all_of(text.begin(), text.end(), [this](char c) { return has_[static_cast<unsigned char>(c)]; });
  }

private:
  std::array<bool, 256> has_{};
};

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  static constexpr characters allowed{"!#$%&'*+-.^_`|~"};
  return !text.empty() && allowed.are_all_of(text);
}

/// Checks the characters of uri-host [ ":" port ] (RFC 3986, section 3.2.2). The text is empty if the target has no
/// authority.
bool is_host(std::string_view text) {
  static constexpr characters allowed{"-._~%!$&'()*+;=:[]"};
  return allowed.are_all_of(text);
}

/// The fields that determine a message's target host and its end.
struct framing {
  std::vector<std::string_view> hosts, lengths, codings;
  bool has_coding = false;

  void take(std::string_view name, std::string_view value) {
    if (same(name, "Host"))
      hosts.push_back(value);
    else if (same(name, "Content-Length"))
      lengths.push_back(value);
    else if (same(name, "Transfer-Encoding"))
      take_codings(value);
  }

  void take_codings(std::string_view list) {
    has_coding = true;
    for (bool more = true; more;) {
      const auto comma = list.find(',');
      more = comma != list.npos;
      // Skips empty elements (RFC 9110, section 5.6.1)
      if (const auto one = trimmed(list.substr(0, comma)); !one.empty())
        codings.push_back(one);
      if (more)
        list.remove_prefix(comma + 1);
    }
  }
};

caf::error check_host(const framing& f, bool is_1_0) {
  if (f.hosts.size() > 1)
    return malformed("the request has more than one Host header");
  if (f.hosts.empty())
    return is_1_0 ? caf::error{} : malformed("the request has no Host header");
  return is_host(f.hosts[0]) ? caf::error{} : malformed("the Host header is not a valid host and port");
}

caf::error check_length(const framing& f) {
  if (f.lengths.size() > 1)
    return malformed("the request has more than one Content-Length header");
  constexpr size_t most_digits = 19; // always fits 64 bits
  for (const auto n : f.lengths)
    if (n.empty() || n.size() > most_digits || !std::all_of(n.begin(), n.end(), is_digit))
      return malformed("the Content-Length is not a valid number of bytes");
  return {};
}

caf::error check_codings(const framing& f, bool is_1_0) {
  if (!f.has_coding)
    return {};
  if (is_1_0)
    return malformed("HTTP/1.0 does not support Transfer-Encoding");
  if (!f.lengths.empty())
    return malformed("the request has both Transfer-Encoding and Content-Length");
  const auto chunked = std::count_if(f.codings.begin(), f.codings.end(), [](auto c) { return same(c, "chunked"); });
  if (chunked > 1 || f.codings.empty() || (chunked == 1 && !same(f.codings.back(), "chunked")))
    return malformed("the Transfer-Encoding must end with chunked, exactly once");
  if (f.codings.size() > 1 || chunked == 0)
    return refuse(errc::not_implemented, "the only supported transfer coding is chunked");
  return {};
}

} // namespace

caf::error check_head_bytes(std::string_view bytes, size_t from) {
  for (size_t i = from; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c >= 0x20 && c != 0x7F)
      continue;
    const bool returns = c == '\r' && (i + 1 == bytes.size() || bytes[i + 1] == '\n');
    const bool feeds = c == '\n' && i > 0 && bytes[i - 1] == '\r';
    if (c != '\t' && !returns && !feeds)
      return malformed("the header has a control character or a line that does not end with CR LF");
  }
  return {};
}

caf::error check_head(std::string_view head) {
  if (auto bad = check_head_bytes(head))
    return bad;
  const auto first_line = head.substr(0, head.find(line_break));
  const bool is_1_0 = first_line.ends_with(" HTTP/1.0");
  head.remove_prefix(std::min(first_line.size() + line_break.size(), head.size()));
  framing f;
  while (!head.empty()) {
    const auto line = head.substr(0, head.find(line_break));
    head.remove_prefix(std::min(line.size() + line_break.size(), head.size()));
    if (line.empty())
      break;
    if (line.front() == ' ' || line.front() == '\t')
      return malformed("the header has a folded line");
    const auto colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon)))
      return malformed("each line of the header must be a name, a colon and a value");
    f.take(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  if (auto bad = check_host(f, is_1_0))
    return bad;
  if (auto bad = check_length(f))
    return bad;
  return check_codings(f, is_1_0);
}

} // namespace ainft::http
