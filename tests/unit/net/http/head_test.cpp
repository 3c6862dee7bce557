#include "net/http/head.hpp"

#include "net/http/trace_context.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::http;
using runtime::errc;

errc code_of_head(std::string_view text) {
  const auto bad = check_head(text);
  return bad ? runtime::explain(bad).code : errc::none;
}

/// Checks a head that has these fields and a Host field.
errc with(std::string_view fields) {
  return code_of_head("POST / HTTP/1.1\r\nHost: x\r\n" + std::string{fields} + "\r\n\r\n");
}

} // namespace

TEST(head, is_accepted_when_it_says_one_thing_only) {
  for (const auto* fields : {"X: y", "X:", "Content-Length: 0", "content-length:5", "Transfer-Encoding: chunked",
                             "TRANSFER-ENCODING:\t chunked ", "Transfer-Encoding: , chunked,"})
    EXPECT_EQ(with(fields), errc::none) << fields;
  EXPECT_EQ(code_of_head("GET / HTTP/1.0\r\n\r\n"), errc::none);
  EXPECT_EQ(code_of_head("GET / HTTP/1.1\r\nHost:\r\n\r\n"), errc::none);
}

TEST(head, has_one_length) {
  for (const auto* fields :
       {"Content-Length: 2\r\nContent-Length: 2", "Content-Length: 2, 2", "Content-Length: +2", "Content-Length: -2",
        "Content-Length: 2 2", "Content-Length:", "Content-Length: 0x2", "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked\r\nContent-Length: 2", "Content-Length: 2\r\nTransfer-Encoding: xchunked"})
    EXPECT_EQ(with(fields), errc::malformed_request) << fields;
}

TEST(head, has_no_coding_but_chunked) {
  for (const auto* fields :
       {"Transfer-Encoding: xchunked", "Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked;a=b", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"})
    EXPECT_EQ(with(fields), errc::not_implemented) << fields;
  for (const auto* fields :
       {"Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", "Transfer-Encoding:", "Transfer-Encoding: ,"})
    EXPECT_EQ(with(fields), errc::malformed_request) << fields;
  EXPECT_EQ(code_of_head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), errc::malformed_request);
}

TEST(head, has_one_host) {
  EXPECT_EQ(code_of_head("GET / HTTP/1.1\r\n\r\n"), errc::malformed_request);
  EXPECT_EQ(code_of_head("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"), errc::malformed_request);
  for (const auto* host : {"a b", "a,b", "a/b", "a@b", "a?b", "a#b", "a\\b"})
    EXPECT_EQ(code_of_head("GET / HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n"), errc::malformed_request)
      << host;
  for (const auto* host : {"a", "a:80", "[::1]:80", "xn--a.b-c", "a%20b"})
    EXPECT_EQ(code_of_head("GET / HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n"), errc::none) << host;
}

TEST(head, has_whole_lines) {
  for (const auto* fields : {"X: a\r\n b", "X: a\r\n\tb", "X : a", "X\t: a", "X", ": a", "X: a\nY: b", "X: a\rY: b",
                             "X: a\x01", "X: \x7F", "X@: a", "\xC3\xA9: a"})
    EXPECT_EQ(with(fields), errc::malformed_request) << fields;
  EXPECT_EQ(with({"X: a\0", 5}), errc::malformed_request);
  EXPECT_EQ(with("X: \xC3\xA9"), errc::none) << "other bytes may be in a value";
}

TEST(head, is_refused_as_soon_as_a_byte_is_wrong_wherever_it_was_cut) {
  const std::string good = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (size_t n = 0; n <= good.size(); ++n)
    for (size_t from = 0; from <= n; ++from)
      EXPECT_FALSE(check_head_bytes(std::string_view{good}.substr(0, n), from)) << n << " from " << from;
  EXPECT_TRUE(check_head_bytes("\x16\x03\x01"));
  EXPECT_TRUE(check_head_bytes("GET / HTTP/1.1\n"));
  EXPECT_TRUE(check_head_bytes("GET / HTTP/1.1\rX", 14)) << "the CR was the last byte before";
}

TEST(trace_context, has_hexadecimal_ids_that_are_not_zero) {
  const std::string trace(32, 'a'), parent(16, 'b'), good = "00-" + trace + "-" + parent + "-01";
  EXPECT_EQ(trace_id_of(good), trace);
  EXPECT_EQ(trace_id_of("01" + good.substr(2)), trace);
  EXPECT_EQ(trace_id_of("01" + good.substr(2) + "-later"), trace);
  for (const auto& bad :
       {std::string{}, good.substr(1), good + "-x", "ff" + good.substr(2), "0g" + good.substr(2),
        "01" + good.substr(2) + "x", "00-" + std::string(32, '0') + "-" + parent + "-01",
        "00-" + trace + "-" + std::string(16, '0') + "-01", "00-" + std::string(32, 'A') + "-" + parent + "-01",
        "00-" + std::string(31, 'a') + "\"-" + parent + "-01", "00-" + trace + "-" + parent + "-0x",
        "00_" + trace + "-" + parent + "-01"})
    EXPECT_FALSE(trace_id_of(bad)) << bad;
}
