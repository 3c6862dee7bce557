/// An upload. However the body is split into pieces, the file's bytes must be the same, and no piece may exceed the
/// buffer.
#include "net/http/multipart.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

using namespace ainft;

namespace {

/// A body that arrives in pieces of `step` bytes.
class pieces final : public http::body_stream {
public:
  pieces(std::string_view all, size_t step) : left_{all}, step_{step} {}
  http::asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override {
    const auto n = std::min({size, step_, left_.size()});
    left_.copy(to, n);
    left_.remove_prefix(n);
    co_return n;
  }

private:
  std::string_view left_;
  size_t step_;
};

http::asio::awaitable<void> read_all(http::body_stream& from, size_t step, std::optional<std::string>& to) {
  std::string all;
  std::string piece(step, '\0');
  for (;;) {
    const auto n = co_await from.read(piece.data(), piece.size());
    if (!n)
      co_return;
    REQUIRE(*n <= step);
    if (*n == 0)
      break;
    all.append(piece.data(), *n);
  }
  to = std::move(all);
}

/// Returns the file in `body`, or nothing if it is refused.
std::optional<std::string> file_of(std::string_view body, std::string_view boundary, size_t step) {
  pieces all{body, step};
  http::multipart_file file{all, boundary};
  http::asio::io_context io;
  std::optional<std::string> out;
  http::asio::co_spawn(io, read_all(file, step, out), http::asio::detached);
  io.run();
  return out;
}

} // namespace

/// The input is the Content-Type value on the first line, then the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto all = fuzz::text_of(data, size);
  const auto line = std::min(all.find('\n'), all.size());
  const auto boundary = http::multipart_file::boundary_of(all.substr(0, line));
  if (!boundary)
    return 0;
  REQUIRE(!boundary->empty() && boundary->size() <= 70);
  const auto body = all.substr(std::min(line + 1, all.size()));
  const auto whole = file_of(body, *boundary, 1 << 20);
  REQUIRE(file_of(body, *boundary, 1) == whole);
  REQUIRE(file_of(body, *boundary, 7) == whole);
  REQUIRE(!whole || body.find(*whole) != body.npos);
  return 0;
}
