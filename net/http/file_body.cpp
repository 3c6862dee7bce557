#include "net/http/file_body.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

namespace ainft::http {

using runtime::errc;
using runtime::refuse;

struct file_body::opened {
  explicit opened(const file_part& part) : fd{::open(part.path.c_str(), O_RDONLY | O_CLOEXEC)} {
    if (fd >= 0 && part.offset > 0 && ::lseek(fd, static_cast<off_t>(part.offset), SEEK_SET) < 0)
      close();
  }
  ~opened() { close(); }
  opened(const opened&) = delete;
  opened& operator=(const opened&) = delete;

  void close() {
    if (fd >= 0)
      ::close(std::exchange(fd, -1));
  }

  /// Reads into `piece` and returns the number of bytes; 0 at the end or on an error.
  size_t read(size_t most) {
    for (;;) {
      const auto n = ::read(fd, piece.data(), std::min(most, piece.size()));
      if (n >= 0)
        return static_cast<size_t>(n);
      if (errno != EINTR)
        return 0;
    }
  }

  int fd;
  std::vector<char> piece = std::vector<char>(longest_piece);
};

asio::awaitable<runtime::result<file_body>> file_body::open(net::disk& by, file_part part) {
  auto work = [part] { return std::make_shared<opened>(part); };
  auto file = co_await by.run(std::move(work));
  if (file->fd < 0)
    co_return refuse(errc::unavailable, "cannot read the file");
  co_return file_body{by, std::move(file), part.length};
}

asio::awaitable<std::string_view> file_body::next() {
  if (left_ == 0)
    co_return std::string_view{};
  auto work = [file = file_, most = static_cast<size_t>(std::min<uint64_t>(left_, longest_piece))] {
    return file->read(most);
  };
  const auto n = co_await disk_->run(std::move(work));
  left_ -= n;
  co_return std::string_view{file_->piece.data(), n};
}

asio::awaitable<std::optional<uint64_t>> file_size(const call& c, std::filesystem::path path) {
  auto look = [path = std::move(path)]() -> std::optional<uint64_t> {
    std::error_code ec;
    const auto size = std::filesystem::file_size(path, ec);
    return ec ? std::nullopt : std::optional<uint64_t>{size};
  };
  if (!c.files)
    co_return look();
  co_return co_await c.files->run(std::move(look));
}

} // namespace ainft::http
