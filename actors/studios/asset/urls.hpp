#pragma once

#include "actors/services.hpp"
#include "actors/studios/asset/protocol.hpp"

/// Addresses of content. "/assets/<sha256>" is for ever, but open to its owner alone (by bearer token) until the content is public. A
/// signed one, "/assets/<sha256>?expires=<unix seconds>&signature=<base64url>", opens it without a token for a while, as an <img> needs.
/// The signature is an HMAC-SHA-256 (RFC 2104) of the hash and the time by a key that all nodes derive from the token key.
namespace ainft::asset {

/// The key of signed addresses: 32 bytes.
[[nodiscard]] std::string derive_url_key(const solana::key_pair& token_key);

/// `url` ("/assets/<sha256>") signed. It opens the content for at least `lifetime` from `now` and at most twice that, and stays the same for
/// up to `lifetime`, so that browsers find it in their caches.
[[nodiscard]] std::string sign_url(std::string_view url, const std::string& key, std::chrono::seconds lifetime, runtime::time_point now);

/// For how long the signature still opens the content; nothing if it is not one of ours for this content, or its time is over.
[[nodiscard]] std::optional<std::chrono::seconds> time_left(const content_hash& sha256, std::string_view expires, std::string_view signature,
                                                            const std::string& key, runtime::time_point now);

/// Signs addresses in a JSON answer for its caller: `change(json, sign)` calls `sign(json_string)` for each. Agents and consoles, whose answers
/// are kept, get none; an answer that was changed is never answered with 304.
using sign_field = std::function<void(nlohmann::ordered_json&)>;
void sign_urls(const services& s, const http::call& c, http::reply& r, const std::function<void(nlohmann::ordered_json&, const sign_field&)>& change);

/// The same of a view that no call asked for: a room's snapshot.
[[nodiscard]] std::string sign_urls(const services& s, const std::string& json, const std::function<void(nlohmann::ordered_json&, const sign_field&)>& change);

} // namespace ainft::asset
