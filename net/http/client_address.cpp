#include "net/http/client_address.hpp"

#include "net/http/field_text.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>

namespace ainft::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using runtime::errc;
using runtime::refuse;

namespace {

std::optional<unsigned> read_number(std::string_view text, unsigned most) {
  unsigned out = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  return bad == std::errc{} && end == text.data() + text.size() && out <= most ? std::optional{out} : std::nullopt;
}

std::optional<ip_address> bare_address(std::string_view text) {
  boost::system::error_code ec;
  const auto a = asio::ip::make_address(std::string{text}, ec);
  return ec ? std::nullopt : std::optional{canonical(a)};
}

template <class Bytes>
bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  for (size_t i = 0; i < a.size() && bits > 0; ++i) {
    const auto here = std::min(bits, 8u);
    if ((a[i] ^ b[i]) >> (8 - here))
      return false;
    bits -= here;
  }
  return true;
}

/// The addresses in one header line, from left to right. An entry that is not an address is empty.
using hops = std::vector<std::optional<ip_address>>;

hops read_x_forwarded_for(std::string_view line) {
  hops out;
  for (size_t at = 0; at <= line.size();) {
    const auto comma = std::min(line.find(',', at), line.size());
    out.push_back(read_address(trimmed(line.substr(at, comma - at))));
    at = comma + 1;
  }
  return out;
}

/// Parses a Forwarded line (RFC 7239, section 4): elements separated by commas. An element has pairs separated by
/// semicolons. A pair is a token and a token or quoted string.
class forwarded_reader {
public:
  explicit forwarded_reader(std::string_view line) : rest_{line} {}

  /// Returns one entry per element, or a single empty entry if the line is malformed.
  hops read() {
    hops out;
    for (;;) {
      std::optional<std::string> who;
      do
        if (!read_pair(who))
          return {std::nullopt};
      while (skip(';'));
      out.push_back(who ? read_address(*who) : std::nullopt);
      if (skip(','))
        continue;
      return rest_.empty() ? out : hops{std::nullopt};
    }
  }

private:
  bool skip(char c) {
    rest_ = trimmed(rest_);
    if (!rest_.starts_with(c))
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view token() {
    rest_ = trimmed(rest_);
    // RFC 9110, section 5.6.2, plus the characters of addresses, because some proxies do not quote them.
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~:[]";
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), [&](unsigned char c) {
      return std::isalnum(c) || marks.find(static_cast<char>(c)) != marks.npos;
    });
    const auto out = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }

  std::optional<std::string> quoted() {
    std::string out;
    while (!rest_.empty()) {
      auto c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"')
        return out;
      if (c == '\\' && !rest_.empty()) {
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      out += c;
    }
    return std::nullopt;
  }

  bool read_pair(std::optional<std::string>& who) {
    const auto name = token();
    if (name.empty() || !rest_.starts_with('='))
      return false;
    rest_.remove_prefix(1);
    std::optional<std::string> value;
    if (rest_.starts_with('"')) {
      rest_.remove_prefix(1);
      value = quoted();
    } else if (const auto word = token(); !word.empty()) {
      value = word;
    }
    if (!value)
      return false;
    if (!beast::iequals({name.data(), name.size()}, "for"))
      return true;
    if (who) // RFC 7239, section 4: at most once per element
      return false;
    who = std::move(value);
    return true;
  }

  std::string_view rest_;
};

hops read_line(client_header kind, std::string_view line) {
  return kind == client_header::forwarded ? forwarded_reader{line}.read() : read_x_forwarded_for(line);
}

} // namespace

ip_address canonical(const ip_address& a) {
  if (a.is_v4())
    return a;
  const auto v6 = a.to_v6();
  if (v6.is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
  return asio::ip::address_v6{v6.to_bytes()};
}

runtime::result<network> network::parse(std::string_view text) {
  const auto bad = [&] {
    return refuse(errc::validation_failed,
                  "\"" + std::string{text}
                    + "\" must be an IP address, or a network such as 10.0.0.0/8 or 2001:db8::/32");
  };
  const auto slash = text.find('/');
  boost::system::error_code ec;
  const auto base = asio::ip::make_address(std::string{text.substr(0, slash)}, ec);
  if (ec)
    return bad();
  network out;
  out.base_ = canonical(base);
  const unsigned whole = out.base_.is_v4() ? 32 : 128;
  const unsigned mapped = base.is_v6() && out.base_.is_v4() ? 96 : 0; // ::ffff:10.0.0.0/104 is 10.0.0.0/8
  out.bits_ = whole;
  if (slash != text.npos) {
    const auto bits = read_number(text.substr(slash + 1), whole + mapped);
    if (!bits || *bits < mapped)
      return bad();
    out.bits_ = *bits - mapped;
  }
  return out;
}

bool network::contains(const ip_address& a) const {
  const auto b = canonical(a);
  if (b.is_v4() != base_.is_v4())
    return false;
  return b.is_v4() ? same_prefix(b.to_v4().to_bytes(), base_.to_v4().to_bytes(), bits_)
                   : same_prefix(b.to_v6().to_bytes(), base_.to_v6().to_bytes(), bits_);
}

bool proxy_settings::trusts(const ip_address& a) const {
  return std::any_of(trusted.begin(), trusted.end(), [&](const network& n) { return n.contains(a); });
}

std::optional<ip_address> read_address(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    const auto after = end == text.npos ? text : text.substr(end + 1);
    if (end == text.npos || (!after.empty() && (after[0] != ':' || !read_number(after.substr(1), 65'535))))
      return std::nullopt;
    return bare_address(text.substr(1, end - 1));
  }
  const auto colon = text.find(':');
  if (colon == text.npos || text.find(':', colon + 1) != text.npos)
    return bare_address(text);
  return read_number(text.substr(colon + 1), 65'535) ? bare_address(text.substr(0, colon)) : std::nullopt;
}

ip_address client_of(const ip_address& peer, const beast::http::fields& headers, const proxy_settings& proxies) {
  auto client = canonical(peer);
  if (proxies.header == client_header::none || !proxies.trusts(client))
    return client;
  const auto lines = headers.equal_range(proxies.header == client_header::forwarded ? "Forwarded" : "X-Forwarded-For");
  std::vector<std::string_view> in_order;
  for (auto it = lines.first; it != lines.second; ++it)
    in_order.push_back(view(it->value()));
  for (auto line = in_order.rbegin(); line != in_order.rend(); ++line) {
    const auto named = read_line(proxies.header, *line);
    for (auto hop = named.rbegin(); hop != named.rend(); ++hop) {
      if (!*hop)
        return client;
      client = **hop;
      if (!proxies.trusts(client))
        return client;
    }
  }
  return client;
}

std::string rate_source(std::string_view address) {
  const auto a = bare_address(address);
  if (!a)
    return std::string{address};
  if (a->is_v4())
    return a->to_string();
  auto bytes = a->to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6{bytes}.to_string() + "/64";
}

} // namespace ainft::http
