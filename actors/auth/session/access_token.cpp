#include "actors/auth/session/access_token.hpp"

#include "net/base64.hpp"
#include "runtime/codec/json_text.hpp"

#include <openssl/evp.h>

namespace ainft::session {

using runtime::errc;
using runtime::refuse;

namespace {

caf::error invalid(std::string why) { return refuse(errc::token_invalid, "the access token " + std::move(why)); }

std::string thumbprint(std::string_view members) {
  std::array<char, 32> digest;
  EVP_Digest(members.data(), members.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(),
             nullptr);
  return net::base64url_encode({digest.data(), digest.size()});
}

} // namespace

token_signer::token_signer(const solana::key_pair& key) : key_{key} {
  const auto x = net::base64url_encode(key_.address().view());
  const auto kid = thumbprint(R"({"crv":"Ed25519","kty":"OKP","x":")" + x + "\"}");
  header_ = net::base64url_encode(R"({"alg":"EdDSA","typ":"JWT","kid":")" + kid + "\"}") + ".";
  jwk own;
  own.x = x;
  own.kid = kid;
  jwks_ = runtime::to_json(jwk_set{{own}});
}

std::string token_signer::sign(const claims& what) const {
  auto out = header_ + net::base64url_encode(runtime::to_json(what));
  const auto signature = key_.sign(out);
  return out + "." + net::base64url_encode(signature.view());
}

runtime::result<claims> token_signer::verify(std::string_view token, runtime::time_point now) const {
  // The header must be exactly ours, so that the bearer cannot choose the algorithm.
  const auto dot = token.rfind('.');
  if (token.size() > 4096 || !token.starts_with(header_) || dot < header_.size())
    return invalid("was not issued by this platform");
  const auto signature = net::base64url_decode(token.substr(dot + 1));
  if (!signature || signature->size() != solana::signature::size
      || !solana::verify(key_.address(), token.substr(0, dot), solana::signature{std::string_view{*signature}}))
    return invalid("has an invalid signature");
  const auto payload = net::base64url_decode(token.substr(header_.size(), dot - header_.size()));
  auto out = runtime::from_json_text<claims>(payload.value_or(""));
  if (!out)
    return invalid("cannot be read");
  if (now.unix_seconds() >= static_cast<int64_t>(out->exp))
    return invalid("has expired; refresh it");
  return out;
}

} // namespace ainft::session
