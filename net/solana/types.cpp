#include "net/solana/types.hpp"

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <sodium.h>

#include <fstream>

namespace ainft::solana {

namespace {

struct bn_free {
  void operator()(BIGNUM* n) const { BN_free(n); }
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};
using number = std::unique_ptr<BIGNUM, bn_free>;

number from_decimal(const char* digits) {
  BIGNUM* n = nullptr;
  BN_dec2bn(&n, digits);
  return number{n};
}

} // namespace

key_pair key_pair::make() {
  key_pair out;
  std::array<uint8_t, 32> pub;
  crypto_sign_keypair(pub.data(), out.secret_.data());
  out.address_ = public_key{pub};
  return out;
}

result<key_pair> key_pair::from_bytes(std::string_view bytes) {
  if (bytes.size() != 64)
    return runtime::refuse(errc::validation_failed, "a key pair must have 64 bytes");
  key_pair out;
  std::array<uint8_t, 32> pub;
  crypto_sign_seed_keypair(pub.data(), out.secret_.data(), reinterpret_cast<const uint8_t*>(bytes.data()));
  out.address_ = public_key{pub};
  if (out.address_.view() != bytes.substr(32))
    return runtime::refuse(errc::validation_failed, "the public key does not match the private key");
  return out;
}

result<key_pair> key_pair::from_file(const std::string& path) {
  std::ifstream in{path};
  const auto json = nlohmann::json::parse(in, nullptr, false);
  std::string bytes;
  if (json.is_array() && json.size() == 64)
    for (const auto& b : json)
      if (b.is_number_unsigned() && b.get<uint64_t>() < 256)
        bytes += static_cast<char>(b.get<uint8_t>());
  auto out = from_bytes(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  if (!out)
    return runtime::refuse(errc::validation_failed, path + " must contain a key pair: a JSON array of 64 numbers");
  return out;
}

key_pair::~key_pair() { sodium_memzero(secret_.data(), secret_.size()); }

signature key_pair::sign(std::string_view message) const {
  std::array<uint8_t, 64> out;
  crypto_sign_detached(out.data(), nullptr, reinterpret_cast<const uint8_t*>(message.data()), message.size(),
                       secret_.data());
  return signature{out};
}

bool verify(const public_key& key, std::string_view message, const signature& sig) {
  return crypto_sign_verify_detached(sig.data(), reinterpret_cast<const uint8_t*>(message.data()), message.size(),
                                     key.data())
         == 0;
}

bool is_on_curve(const public_key& key) {
  // RFC 8032, section 5.1.3: x^2 = (y^2 - 1) / (d y^2 + 1) mod p must have a root. With u and v for the numerator and
  // the denominator, u/v is a square exactly if u*v is. libsodium's own check also refuses points outside the main
  // subgroup, which Solana accepts.
  static const auto p = from_decimal("57896044618658097711785492504343953926634992332820282019728792003956564819949");
  static const auto d = from_decimal("37095705934669439343138083508754565189542113879843219016388785533085940283555");
  static const auto half =
    from_decimal("28948022309329048855892746252171976963317496166410141009864396001978282409974");
  auto little = key.bytes();
  little[31] &= 0x7F; // the sign of x
  const std::unique_ptr<BN_CTX, bn_free> ctx{BN_CTX_new()};
  const number y{BN_lebin2bn(little.data(), static_cast<int>(little.size()), nullptr)};
  const number u{BN_new()}, v{BN_new()}, w{BN_new()};
  BN_mod_sqr(u.get(), y.get(), p.get(), ctx.get());
  BN_mod_mul(v.get(), u.get(), d.get(), p.get(), ctx.get());
  BN_add_word(v.get(), 1);
  BN_mod_sub(u.get(), u.get(), BN_value_one(), p.get(), ctx.get());
  BN_mod_mul(w.get(), u.get(), v.get(), p.get(), ctx.get());
  BN_mod_exp(u.get(), w.get(), half.get(), p.get(), ctx.get());
  return BN_is_zero(u.get()) || BN_is_one(u.get());
}

} // namespace ainft::solana
