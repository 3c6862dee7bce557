#include "net/http/multipart.hpp"
#include "tests/support/values.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace {

using namespace ainft::http;
using namespace ainft::runtime;

/// A body that arrives in pieces of `step` bytes.
class pieces final : public body_stream {
public:
  pieces(std::string all, size_t step) : all_{std::move(all)}, step_{step} {}
  asio::awaitable<result<size_t>> read(char* to, size_t size) override {
    const auto n = std::min({size, step_, all_.size() - at_});
    std::copy_n(all_.begin() + static_cast<std::ptrdiff_t>(at_), n, to);
    at_ += n;
    co_return n;
  }

private:
  std::string all_;
  size_t step_;
  size_t at_ = 0;
};

asio::awaitable<void> read_all(body_stream& from, result<std::string>& to) {
  std::string all;
  std::array<char, 7> piece;
  for (;;) {
    auto n = co_await from.read(piece.data(), piece.size());
    if (!n)
      to = std::move(n.error());
    if (!n || *n == 0)
      break;
    all.append(piece.data(), *n);
    to = all;
  }
}

result<std::string> file_of(const std::string& body, size_t step) {
  pieces all{body, step};
  multipart_file file{all, "XX"};
  asio::io_context io;
  result<std::string> out{refuse(errc::internal, "")};
  asio::co_spawn(io, read_all(file, out), asio::detached);
  io.run();
  return out;
}

const std::string content = "line\r\n--X not a boundary\r\n--XY nor this\r\n\r\n--";
const std::string body =
  "--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--XX\r\n"
  "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
  + content + "\r\n--XX--\r\n";

} // namespace

TEST(multipart_file, gives_the_file_s_bytes_however_the_body_is_cut) {
  for (size_t step = 1; step < 80; ++step) {
    const auto got = file_of(body, step);
    ASSERT_TRUE(got) << step;
    EXPECT_EQ(*got, content) << step;
  }
}

TEST(multipart_file, refuses_every_truncated_body) {
  const auto end = body.find("\r\n--XX--");
  for (size_t length = 0; length < end + 6; ++length)
    EXPECT_EQ(ainft::testing_values::code_of(file_of(body.substr(0, length), 11)), errc::malformed_request) << length;
}

TEST(multipart_file, refuses_a_body_without_a_file_and_a_header_without_an_end) {
  EXPECT_FALSE(file_of("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--XX--\r\n", 5));
  EXPECT_FALSE(file_of("--XX\r\nX: " + std::string(20'000, 'a'), 1'000));
}

TEST(multipart_file, refuses_a_header_over_8_kib_however_the_body_is_cut) {
  const auto with_header = [](size_t size) {
    return "--XX\r\nContent-Disposition: form-data; filename=a\r\nX: " + std::string(size, 'a')
           + "\r\n\r\nfile\r\n--XX--\r\n";
  };
  for (const size_t step : {1, 1'000, 100'000}) {
    EXPECT_TRUE(file_of(with_header(8'000), step)) << step;
    EXPECT_EQ(ainft::testing_values::code_of(file_of(with_header(9'000), step)), errc::malformed_request) << step;
  }
}

TEST(multipart_file, finds_its_boundary_in_the_content_type) {
  EXPECT_EQ(multipart_file::boundary_of("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_file::boundary_of("Multipart/Form-Data; boundary=\"a b\"; x=y"), "a b");
  EXPECT_FALSE(multipart_file::boundary_of("image/png"));
  EXPECT_FALSE(multipart_file::boundary_of("multipart/form-data"));
  EXPECT_FALSE(multipart_file::boundary_of("multipart/form-data; boundary=" + std::string(71, 'a')));
}
