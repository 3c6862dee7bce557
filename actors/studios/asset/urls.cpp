#include "actors/studios/asset/urls.hpp"

#include "actors/studios/asset/settings.hpp"
#include "config/durations.hpp"
#include "net/base64.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>

namespace ainft::asset {

namespace {

constexpr std::string_view path = "/assets/";

std::string signature_of(std::string_view sha256, std::string_view expires, const std::string& key) {
  const auto what = std::string{sha256} + "\n" + std::string{expires};
  std::array<unsigned char, 32> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(what.data()),
       what.size(), out.data(), &size);
  return net::base64url_encode({reinterpret_cast<const char*>(out.data()), size});
}

} // namespace

std::string derive_url_key(const solana::key_pair& token_key) {
  // Ed25519 signatures are deterministic (RFC 8032, section 5.1.6). No token begins with this text.
  const auto secret = token_key.sign("ainft: the key of signed asset addresses, version 1");
  std::string out(32, '\0');
  EVP_Digest(secret.view().data(), secret.view().size(), reinterpret_cast<unsigned char*>(out.data()), nullptr,
             EVP_sha256(), nullptr);
  return out;
}

std::string sign_url(std::string_view url, const std::string& key, std::chrono::seconds lifetime,
                     runtime::time_point now) {
  const auto each = lifetime.count();
  const auto expires = std::to_string((now.unix_seconds() / each + 2) * each);
  return std::string{url} + "?expires=" + expires + "&signature=" + signature_of(url.substr(path.size()), expires, key);
}

std::optional<std::chrono::seconds> time_left(const content_hash& sha256, std::string_view expires,
                                              std::string_view signature, const std::string& key,
                                              runtime::time_point now) {
  int64_t until = 0;
  const auto [end, bad] = std::from_chars(expires.data(), expires.data() + expires.size(), until);
  if (bad != std::errc{} || end != expires.data() + expires.size() || until <= now.unix_seconds())
    return std::nullopt;
  const auto right = signature_of(sha256.str(), expires, key);
  if (signature.size() != right.size() || CRYPTO_memcmp(signature.data(), right.data(), right.size()) != 0)
    return std::nullopt;
  return std::chrono::seconds{until - now.unix_seconds()};
}

std::string sign_urls(const services& s, const std::string& json,
                      const std::function<void(nlohmann::ordered_json&, const sign_field&)>& change) {
  auto doc = nlohmann::ordered_json::parse(json);
  const auto lifetime = in_s(s.settings.of<settings>().url_lifetime);
  bool changed = false;
  const sign_field sign = [&](nlohmann::ordered_json& field) {
    if (!field.is_string() || !field.get_ref<const std::string&>().starts_with(path))
      return;
    field = sign_url(field.get_ref<const std::string&>(), s.platform.url_key, lifetime, s.host.time().now());
    changed = true;
  };
  change(doc, sign);
  return changed ? doc.dump() : json;
}

void sign_urls(const services& s, const http::call& c, http::reply& r,
               const std::function<void(nlohmann::ordered_json&, const sign_field&)>& change) {
  if (c.agent || c.console || r.status >= 300)
    return;
  auto body = sign_urls(s, r.body, change);
  if (body == r.body)
    return;
  r.body = std::move(body);
  r.short_lived = true;
}

} // namespace ainft::asset
