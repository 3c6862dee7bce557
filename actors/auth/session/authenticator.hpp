#pragma once

#include "actors/auth/session/access_token.hpp"
#include "runtime/cluster/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <mutex>

namespace ainft::session {

/// Who a token stands for, and until when.
struct bearer {
  runtime::principal who;
  runtime::time_point expires_at;
};

/// Tells who a bearer is. A token's signature is verified, and its session asked whether it still holds, when the token is
/// first seen; after that it is remembered until it expires or its session ends.
class authenticator {
public:
  authenticator(const token_signer& signer, const runtime::clock& time, runtime::cluster::router& entities)
    : signer_{signer}, time_{time}, entities_{entities} {}

  /// Refuses with errc::token_invalid.
  [[nodiscard]] boost::asio::awaitable<runtime::result<bearer>> authenticate(std::string_view token);

  /// A session has ended: its tokens are refused from now on.
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
  std::unordered_map<runtime::uuid, runtime::time_point> ended_; ///< and until when a token of it may be around
};

} // namespace ainft::session
