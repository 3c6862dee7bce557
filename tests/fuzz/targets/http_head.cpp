/// A request's head. If check_head() accepts it, Beast's parser must determine the body's end by the same rules,
/// however the head is split. The parsers of the route, query, range and types must handle it without a fault.
#include "net/http/byte_range.hpp"
#include "net/http/dispatch.hpp"
#include "net/http/head.hpp"
#include "net/http/multipart.hpp"
#include "net/http/query_number.hpp"
#include "net/http/trace_context.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <sstream>

using namespace ainft;
using http::beast::http::field;
using parser = http::beast::http::request_parser<http::beast::http::empty_body>;
using header = http::beast::http::request_header<>;

namespace {

struct known_routes : http::route_table {
  known_routes() {
    using awaited = http::asio::awaitable<runtime::result<http::reply>>;
    const auto nothing = [](http::call&) -> awaited { co_return http::reply{}; };
    get("/v1/listings", "", "", http::open_to_all, nothing);
    get("/v1/listings/{id}", "", "", http::open_to_all, nothing);
    get("/v1/ai/keys/{provider}/more/{n}", "", "", http::open_to_all, nothing);
  }
};

/// Returns the head as the parser sees it, or why there is none. The parser gets `step` bytes at a time.
std::string parse(parser& p, std::string_view bytes, size_t step) {
  p.header_limit(8 * 1024);
  p.body_limit(boost::none);
  std::string held;
  for (size_t at = 0; at < bytes.size() && !p.is_header_done();) {
    const auto n = std::min(step, bytes.size() - at);
    held.append(bytes, at, n);
    at += n;
    boost::system::error_code ec;
    const auto used = p.put(boost::asio::buffer(held), ec);
    if (ec && ec != http::beast::http::error::need_more)
      return "refused";
    held.erase(0, used);
  }
  if (!p.is_header_done())
    return "unfinished";
  std::ostringstream out;
  out << p.get().base() << p.content_length().value_or(0) << p.chunked() << p.keep_alive();
  return out.str();
}

std::string_view value_of(const header& head, field name) {
  const auto value = head[name];
  return {value.data(), value.size()};
}

/// Checks the parser's result against RFC 9112, sections 3.2 and 6.
void check_framing(const parser& p) {
  const auto& head = p.get();
  const auto lengths = head.count(field::content_length), codings = head.count(field::transfer_encoding);
  REQUIRE(head.count(field::host) == 1 || (head.version() == 10 && head.count(field::host) == 0));
  REQUIRE(lengths <= 1 && (lengths == 0 || codings == 0));
  REQUIRE(p.chunked() == (codings > 0));
  REQUIRE(p.content_length().has_value() == (lengths == 1));
}

void check_route(const header& head) {
  static const known_routes table;
  static const http::dispatcher front{table, {}};
  http::call c;
  c.method = head.method();
  c.headers = &head;
  const auto target = head.target();
  if (!front.find_route(c, {target.data(), target.size()})) {
    REQUIRE(c.at);
    for (const auto& p : c.parameters)
      REQUIRE(p.data() >= target.data() && p.data() + p.size() <= target.data() + target.size());
  }
  (void)http::read_page(c);
  if (auto n = http::query_number(c, "limit", 1, 100); n && *n)
    REQUIRE(**n >= 1 && **n <= 100);
}

void check_fields(const header& head) {
  constexpr uint64_t file_size = 1000;
  if (auto range = http::read_range(value_of(head, field::range), file_size))
    REQUIRE(range->length <= file_size && range->offset <= file_size - range->length);
  (void)http::multipart_file::boundary_of(value_of(head, field::content_type));
  const auto trace = head["traceparent"];
  if (const auto id = http::trace_id_of({trace.data(), trace.size()}))
    REQUIRE(id->size() == 32 && id->find_first_not_of("0123456789abcdef") == id->npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  constexpr std::string_view empty_line = "\r\n\r\n";
  const auto end = bytes.find(empty_line);
  if (end == bytes.npos) {
    (void)http::check_head_bytes(bytes);
    return 0;
  }
  const auto head = bytes.substr(0, end + empty_line.size());
  if (http::check_head(head))
    return 0;
  for (size_t from = 0; from < head.size(); ++from)
    REQUIRE(!http::check_head_bytes(head.substr(0, from + 1), from > 0 ? from - 1 : 0));
  parser whole, cut;
  const auto read = parse(whole, head, head.size());
  REQUIRE(parse(cut, head, 1) == read);
  REQUIRE(read != "unfinished");
  if (!whole.is_header_done())
    return 0;
  check_framing(whole);
  check_route(whole.get());
  check_fields(whole.get());
  return 0;
}
