#pragma once

#include "actors/services.hpp"
#include "net/sha256.hpp"

namespace ainft::platform_front {

/// The body of a request with an Idempotency-Key that is read as it comes. At its end, before the route does anything with it, it is noted under the key, or held against what
/// an earlier try has noted: errc::idempotency_mismatch for other bytes; errc::idempotency_in_progress where the request was answered meanwhile.
class idempotent_body final : public http::body_stream {
public:
  idempotent_body(const services& s, http::body_stream& body, runtime::uuid user, std::string key) : all_{s}, body_{body}, user_{user}, key_{std::move(key)} {}

  boost::asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override;

private:
  const services& all_;
  http::body_stream& body_;
  runtime::uuid user_;
  std::string key_;
  net::sha256 digest_;
  bool ended_ = false;
};

/// Reads a body to its end. Gives the SHA-256 of what was left of it, or the body's refusal.
[[nodiscard]] task<std::string> digest_of_rest(http::body_stream& body);

} // namespace ainft::platform_front
