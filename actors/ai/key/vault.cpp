#include "actors/ai/key/vault.hpp"

#include "net/base64.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace ainft::ai_key {

using runtime::errc;
using runtime::refuse;

namespace {

const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* bytes_of(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

constexpr size_t id_size = 8, nonce_size = crypto_secretbox_NONCEBYTES;

} // namespace

vault::vault(const std::vector<std::string>& key_files) {
  for (const auto& file : key_files) {
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    auto bytes = net::base64_decode(line);
    sodium_memzero(line.data(), line.size());
    if (!bytes || bytes->size() != crypto_secretbox_KEYBYTES)
      throw std::runtime_error{"ai.secret-key-files: " + file + " must contain 32 bytes in base64"};
    auto& k = keys_.emplace_back();
    std::memcpy(k.bytes.data(), bytes->data(), k.bytes.size());
    sodium_memzero(bytes->data(), bytes->size());
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), k.bytes.data(), k.bytes.size(), nullptr, 0);
    std::memcpy(k.id.data(), hash.data(), id_size);
  }
}

vault::~vault() {
  for (auto& k : keys_)
    sodium_memzero(k.bytes.data(), k.bytes.size());
}

const vault::key* vault::key_of(std::string_view sealed) const {
  const auto it = std::find_if(keys_.begin(), keys_.end(), [&](const key& k) {
    return sealed.starts_with(std::string_view{k.id.data(), id_size});
  });
  return it == keys_.end() ? nullptr : &*it;
}

bool vault::is_fresh(std::string_view sealed) const { return !keys_.empty() && key_of(sealed) == &keys_.front(); }

std::string vault::seal(std::string_view purpose, std::string_view secret) const {
  const auto& k = keys_.front();
  auto plain = std::string{purpose} + '\0' + std::string{secret};
  std::string nonce(nonce_size, '\0'), box(crypto_secretbox_MACBYTES + plain.size(), '\0');
  randombytes_buf(nonce.data(), nonce.size());
  crypto_secretbox_easy(bytes_of(box), bytes_of(std::string_view{plain}), plain.size(),
                        bytes_of(std::string_view{nonce}), k.bytes.data());
  sodium_memzero(plain.data(), plain.size());
  return std::string{k.id.data(), id_size} + nonce + box;
}

runtime::result<std::string> vault::open(std::string_view purpose, std::string_view sealed) const {
  const auto* k = key_of(sealed);
  if (!k || sealed.size() < id_size + nonce_size + crypto_secretbox_MACBYTES)
    return refuse(errc::internal, "a secret was sealed with an unknown key (ai.secret-key-files)");
  const auto box = sealed.substr(id_size + nonce_size);
  std::string plain(box.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(bytes_of(plain), bytes_of(box), box.size(), bytes_of(sealed.substr(id_size)),
                                 k->bytes.data())
        != 0
      || !plain.starts_with(std::string{purpose} + '\0'))
    return refuse(errc::internal, "a stored secret is corrupt");
  auto out = plain.substr(purpose.size() + 1);
  sodium_memzero(plain.data(), plain.size());
  return out;
}

} // namespace ainft::ai_key
