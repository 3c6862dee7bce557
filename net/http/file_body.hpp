#pragma once

#include "net/disk.hpp"
#include "net/http/call.hpp"

namespace ainft::http {

/// A part of a file. Separate threads read it in pieces, so that the network thread does not block.
class file_body {
public:
  static constexpr size_t longest_piece = 64 * 1024; ///< bytes

  /// Refuses with errc::unavailable if the file cannot be opened.
  [[nodiscard]] static asio::awaitable<runtime::result<file_body>> open(net::disk& by, file_part part);

  /// Returns the next piece, valid until the next call. It is empty at the end of the part, and if the file is too
  /// short or cannot be read.
  [[nodiscard]] asio::awaitable<std::string_view> next();

  /// The number of bytes not yet read.
  [[nodiscard]] uint64_t left() const noexcept { return left_; }

private:
  struct opened;

  file_body(net::disk& by, std::shared_ptr<opened> file, uint64_t left)
    : disk_{&by}, file_{std::move(file)}, left_{left} {}

  net::disk* disk_;
  std::shared_ptr<opened> file_; ///< shared with a running read
  uint64_t left_;
};

/// Returns the size of the file at `path`, or nothing if there is none. Runs on `c.files`, so that no network thread
/// blocks.
[[nodiscard]] asio::awaitable<std::optional<uint64_t>> file_size(const call& c, std::filesystem::path path);

} // namespace ainft::http
