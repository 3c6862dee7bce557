#pragma once

#include "net/disk.hpp"
#include "net/http/call.hpp"

namespace ainft::http {

/// A part of a file, read in pieces by threads of their own.
class file_body {
public:
  static constexpr size_t longest_piece = 64 * 1024; ///< bytes

  /// Refuses with errc::unavailable where the file cannot be read.
  [[nodiscard]] static asio::awaitable<runtime::result<file_body>> open(net::disk& by, file_part part);

  /// The next piece, good until the next call; empty at the part's end, and where the file ends too early or cannot be read.
  [[nodiscard]] asio::awaitable<std::string_view> next();

  /// Bytes that have not come yet.
  [[nodiscard]] uint64_t left() const noexcept { return left_; }

private:
  struct opened;

  file_body(net::disk& by, std::shared_ptr<opened> file, uint64_t left) : disk_{&by}, file_{std::move(file)}, left_{left} {}

  net::disk* disk_;
  std::shared_ptr<opened> file_; ///< shared with a read under way
  uint64_t left_;
};

/// The size of the file at `path`; nothing where there is none. For routes: no network thread waits for the disk.
[[nodiscard]] asio::awaitable<std::optional<uint64_t>> file_size(const call& c, std::filesystem::path path);

} // namespace ainft::http
