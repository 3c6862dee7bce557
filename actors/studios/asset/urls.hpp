#pragma once

#include "actors/services.hpp"
#include "actors/studios/asset/protocol.hpp"

/// Addresses of content. "/assets/<sha256>" is permanent. Until the content is public, only its owner and operators can
/// read it there, with a bearer token. A signed address, "/assets/<sha256>?expires=<unix
/// seconds>&signature=<base64url>", gives access without a token for a limited time, as an <img> needs. The signature
/// is an HMAC-SHA-256 (RFC 2104) of the hash and the time. All nodes derive its key from the token key.
namespace ainft::asset {

/// The 32-byte key of signed addresses.
[[nodiscard]] std::string derive_url_key(const solana::key_pair& token_key);

/// Signs `url` ("/assets/<sha256>"). The result is valid for at least `lifetime` from `now` and at most twice that. It
/// stays the same for up to `lifetime`, so that browsers can cache the content.
[[nodiscard]] std::string sign_url(std::string_view url, const std::string& key, std::chrono::seconds lifetime,
                                   runtime::time_point now);

/// How long the signature is still valid. Empty if it is wrong for this content, or expired.
[[nodiscard]] std::optional<std::chrono::seconds> time_left(const content_hash& sha256, std::string_view expires,
                                                            std::string_view signature, const std::string& key,
                                                            runtime::time_point now);

/// Signs the addresses in a JSON answer for its caller: `change(json, sign)` calls `sign(json_string)` for each. Does
/// nothing for agents and consoles, because their answers are stored. A changed answer never becomes a 304.
using sign_field = std::function<void(nlohmann::ordered_json&)>;
void sign_urls(const services& s, const http::call& c, http::reply& r,
               const std::function<void(nlohmann::ordered_json&, const sign_field&)>& change);

/// The same for a view without a call, such as a room's snapshot.
[[nodiscard]] std::string sign_urls(const services& s, const std::string& json,
                                    const std::function<void(nlohmann::ordered_json&, const sign_field&)>& change);

} // namespace ainft::asset
