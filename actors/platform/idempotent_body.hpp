#pragma once

#include "actors/services.hpp"
#include "net/sha256.hpp"
#include "persistence/idempotency.hpp"

namespace ainft::platform_front {

/// The streamed body of a request with an Idempotency-Key. At the end of the body, and before the route uses it, read()
/// stores its hash under the key, or compares it with the hash of an earlier attempt. Refuses with
/// errc::idempotency_mismatch (other bytes) or errc::idempotency_in_progress (the request was answered meanwhile).
class idempotent_body final : public http::body_stream {
public:
  idempotent_body(const services& s, http::body_stream& body, persistence::reserved_key key)
    : all_{s}, body_{body}, key_{std::move(key)} {}

  boost::asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override;

private:
  const services& all_;
  http::body_stream& body_;
  persistence::reserved_key key_;
  net::sha256 digest_;
  bool ended_ = false;
};

/// Reads the rest of a body. Returns the SHA-256 of the rest, or the body's refusal.
[[nodiscard]] task<std::string> digest_of_rest(http::body_stream& body);

} // namespace ainft::platform_front
