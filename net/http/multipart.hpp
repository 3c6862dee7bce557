#pragma once

#include "net/http/call.hpp"

namespace ainft::http {

/// Gives the content of the first file part of a multipart/form-data body (RFC 7578) as it comes, without holding the
/// body in memory. Refuses with errc::malformed_request a body without a file part, a part header over 8 KiB, or one
/// that ends before its closing boundary.
class multipart_file final : public body_stream {
public:
  multipart_file(body_stream& body, std::string_view boundary) : body_{body}, delimiter_{"\r\n--" + std::string{boundary}} {}

  asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override;

  /// The boundary parameter of a multipart/form-data Content-Type; nothing for other types.
  [[nodiscard]] static std::optional<std::string> boundary_of(std::string_view content_type);

private:
  asio::awaitable<runtime::result<size_t>> fill();
  asio::awaitable<caf::error> find_file();

  body_stream& body_;
  std::string delimiter_;
  std::string buffer_{"\r\n"}; ///< so that the first boundary looks like the others
  bool in_file_ = false;
  bool ended_ = false;
};

} // namespace ainft::http
