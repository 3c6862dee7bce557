#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace ainft::net {

/// SHA-256 (FIPS 180-4) of data that arrives in pieces.
class sha256 {
public:
  sha256() : context_{EVP_MD_CTX_new(), EVP_MD_CTX_free} { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

  void update(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

  /// Returns the 32 bytes of the digest. Call it once.
  [[nodiscard]] std::string finish() {
    std::string out(32, '\0');
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr);
    return out;
  }

  [[nodiscard]] static std::string of(std::string_view bytes) {
    sha256 whole;
    whole.update(bytes);
    return whole.finish();
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

} // namespace ainft::net
