#include "net/random_token.hpp"

#include "net/base64.hpp"

#include <sodium.h>

#include <array>

namespace ainft::net {

std::string random_token() {
  std::array<char, 15> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return base64url_encode({bytes.data(), bytes.size()});
}

} // namespace ainft::net
