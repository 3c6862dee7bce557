#pragma once

#include "actors/auth/session/access_token.hpp"
#include "runtime/cluster/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <mutex>

namespace ainft::session {

/// The principal of a token, and when the token expires.
struct bearer {
  runtime::principal who;
  runtime::time_point expires_at;
};

/// Authenticates bearer tokens. For a new token, it verifies the signature and asks the session whether it is still
/// valid. It then caches the token until the token expires or the session ends.
class authenticator {
public:
  authenticator(const token_signer& signer, const runtime::clock& time, runtime::cluster::router& entities)
    : signer_{signer}, time_{time}, entities_{entities} {}

  /// Refuses with errc::token_invalid, or with the error of the request to the session.
  [[nodiscard]] boost::asio::awaitable<runtime::result<bearer>> authenticate(std::string_view token);

  /// Handles the end of a session: drops its tokens from the cache and caches none of them again, so that the session
  /// refuses them.
  void forget(const runtime::uuid& session);

private:
  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<std::string, bearer, text_hash, std::equal_to<>> known;
  };

  part& part_of(std::string_view token) { return parts_[text_hash{}(token) % parts_.size()]; }
  void remember(std::string_view token, bearer b);
  bool has_ended(const runtime::uuid& session);

  const token_signer& signer_;
  const runtime::clock& time_;
  runtime::cluster::router& entities_;
  std::array<part, 16> parts_;
  std::mutex ended_mutex_;
  /// Ended sessions, and when the last token of each has expired.
  std::unordered_map<runtime::uuid, runtime::time_point> ended_;
};

} // namespace ainft::session
