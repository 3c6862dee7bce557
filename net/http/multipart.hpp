#pragma once

#include "net/http/call.hpp"

namespace ainft::http {

/// Streams the content of the first file part of a multipart/form-data body (RFC 7578), without holding the body in
/// memory. Refuses with errc::malformed_request a body without a file part, a part header over 8 KiB, and a body that
/// ends before its closing boundary.
class multipart_file final : public body_stream {
public:
  multipart_file(body_stream& body, std::string_view boundary)
    : body_{body}, delimiter_{"\r\n--" + std::string{boundary}} {}

  asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override;

  /// Returns the boundary parameter of a multipart/form-data Content-Type, or nothing for other types.
  [[nodiscard]] static std::optional<std::string> boundary_of(std::string_view content_type);

private:
  asio::awaitable<runtime::result<size_t>> fill();
  asio::awaitable<caf::error> find_file();

  body_stream& body_;
  std::string delimiter_;
  std::string buffer_{"\r\n"}; ///< lets the first boundary look like the others
  bool in_file_ = false;
  bool ended_ = false;
};

} // namespace ainft::http
