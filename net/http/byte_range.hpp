#pragma once

#include "runtime/errors.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ainft::http {

/// The part of a file that a request asks for.
struct byte_range {
  uint64_t offset = 0;
  uint64_t length = 0;
  bool partial = false;
  [[nodiscard]] std::string content_range(uint64_t size) const;
};

/// Parses a Range header (RFC 9110, section 14.2) for a file of `size` bytes. Returns the whole file if the header is
/// absent, malformed, of another unit or of several parts. Refuses with errc::range_not_satisfiable if the range lies
/// outside the file.
[[nodiscard]] runtime::result<byte_range> read_range(std::string_view header, uint64_t size);

} // namespace ainft::http
