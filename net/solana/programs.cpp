#include "net/solana/programs.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace ainft::solana {

namespace {

std::array<uint8_t, 32> sha256(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (auto p : parts)
    all += p;
  std::array<uint8_t, 32> out;
  EVP_Digest(all.data(), all.size(), out.data(), nullptr, EVP_sha256(), nullptr);
  return out;
}

public_key known(std::string_view text) {
  auto key = public_key::parse(text);
  if (!key)
    throw std::logic_error{"not a Solana address: " + std::string{text}};
  return *key;
}

/// Builds instruction data. Integers are little-endian, as all these programs require.
class data_writer {
public:
  template <class Int>
  data_writer& number(Int value) {
    for (size_t i = 0; i < sizeof value; ++i)
      out_ += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
    return *this;
  }
  data_writer& key(const public_key& k) {
    out_ += k.view();
    return *this;
  }
  /// SPL Token's COption in instructions: one byte, then the key if present.
  data_writer& optional_key(const std::optional<public_key>& k) {
    number<uint8_t>(k.has_value());
    return k ? key(*k) : *this;
  }
  /// An OptionalNonZeroPubkey: zeros for none.
  data_writer& nonzero_key(const std::optional<public_key>& k) { return key(k.value_or(public_key{})); }
  /// A Borsh String.
  data_writer& string(std::string_view text) {
    number(static_cast<uint32_t>(text.size()));
    out_ += text;
    return *this;
  }
  /// The discriminator of an interface's instruction: the first 8 bytes of a SHA-256 hash of `name`.
  data_writer& discriminator(std::string_view name) {
    const auto hashed = sha256({name});
    out_.append(reinterpret_cast<const char*>(hashed.data()), 8);
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

private:
  std::string out_;
};

constexpr account_meta signer(const public_key& k) { return {k, true, false}; }
constexpr account_meta payer(const public_key& k) { return {k, true, true}; }
constexpr account_meta writable(const public_key& k) { return {k, false, true}; }
constexpr account_meta readonly(const public_key& k) { return {k, false, false}; }

} // namespace

namespace program {

const public_key& system() {
  static const public_key key;
  return key;
}
const public_key& token() {
  static const auto key = known("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
  return key;
}
const public_key& token_2022() {
  static const auto key = known("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
  return key;
}
const public_key& associated_token() {
  static const auto key = known("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
  return key;
}
const public_key& memo() {
  static const auto key = known("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");
  return key;
}
const public_key& compute_budget() {
  static const auto key = known("ComputeBudget111111111111111111111111111111");
  return key;
}

} // namespace program

result<derived_address> find_program_address(const std::vector<std::string_view>& seeds, const public_key& program) {
  if (seeds.size() > 15)
    return runtime::refuse(errc::validation_failed, "a derived address has at most 15 seeds");
  std::string joined;
  for (auto s : seeds) {
    if (s.size() > 32)
      return runtime::refuse(errc::validation_failed, "a seed has at most 32 bytes");
    joined += s;
  }
  for (int bump = 255; bump >= 0; --bump) {
    const char byte = static_cast<char>(bump);
    const public_key candidate{sha256({joined, {&byte, 1}, program.view(), "ProgramDerivedAddress"})};
    if (!is_on_curve(candidate))
      return derived_address{candidate, static_cast<uint8_t>(bump)};
  }
  return runtime::refuse(errc::validation_failed, "no derived address exists for these seeds");
}

public_key associated_token_address(const public_key& owner, const public_key& mint, const public_key& token_program) {
  return find_program_address({owner.view(), token_program.view(), mint.view()}, program::associated_token())->address;
}

namespace system_program {

instruction create_account(const public_key& from, const public_key& account, lamports balance, uint64_t space,
                           const public_key& owner) {
  return {program::system(),
          {payer(from), payer(account)},
          data_writer{}.number(uint32_t{0}).number(balance.get()).number(space).key(owner).take()};
}

instruction transfer(const public_key& from, const public_key& to, lamports amount) {
  return {
    program::system(), {payer(from), writable(to)}, data_writer{}.number(uint32_t{2}).number(amount.get()).take()};
}

} // namespace system_program

namespace token_program {

instruction initialize_mint2(const public_key& token_program, const public_key& mint, uint8_t decimals,
                             const public_key& mint_authority, const std::optional<public_key>& freeze_authority) {
  return {token_program,
          {writable(mint)},
          data_writer{}.number(uint8_t{20}).number(decimals).key(mint_authority).optional_key(freeze_authority).take()};
}

instruction mint_to(const public_key& token_program, const public_key& mint, const public_key& account,
                    const public_key& mint_authority, uint64_t amount) {
  return {token_program,
          {writable(mint), writable(account), signer(mint_authority)},
          data_writer{}.number(uint8_t{7}).number(amount).take()};
}

instruction set_authority(const public_key& token_program, const public_key& account, const public_key& current,
                          authority which, const std::optional<public_key>& next) {
  return {token_program,
          {writable(account), signer(current)},
          data_writer{}.number(uint8_t{6}).number(static_cast<uint8_t>(which)).optional_key(next).take()};
}

instruction approve_checked(const public_key& token_program, const public_key& account, const public_key& mint,
                            const public_key& delegate, const public_key& owner, uint64_t amount, uint8_t decimals) {
  return {token_program,
          {writable(account), readonly(mint), readonly(delegate), signer(owner)},
          data_writer{}.number(uint8_t{13}).number(amount).number(decimals).take()};
}

instruction revoke(const public_key& token_program, const public_key& account, const public_key& owner) {
  return {token_program, {writable(account), signer(owner)}, data_writer{}.number(uint8_t{5}).take()};
}

instruction transfer_checked(const public_key& token_program, const public_key& from, const public_key& mint,
                             const public_key& to, const public_key& authority, uint64_t amount, uint8_t decimals) {
  return {token_program,
          {writable(from), readonly(mint), writable(to), signer(authority)},
          data_writer{}.number(uint8_t{12}).number(amount).number(decimals).take()};
}

instruction initialize_metadata_pointer(const public_key& mint, const std::optional<public_key>& authority,
                                        const std::optional<public_key>& metadata) {
  return {program::token_2022(),
          {writable(mint)},
          data_writer{}.number(uint8_t{39}).number(uint8_t{0}).nonzero_key(authority).nonzero_key(metadata).take()};
}

} // namespace token_program

namespace token_metadata {

instruction initialize(const public_key& metadata, const public_key& update_authority, const public_key& mint,
                       const public_key& mint_authority, std::string_view name, std::string_view symbol,
                       std::string_view uri) {
  return {program::token_2022(),
          {writable(metadata), readonly(update_authority), readonly(mint), signer(mint_authority)},
          data_writer{}
            .discriminator("spl_token_metadata_interface:initialize_account")
            .string(name)
            .string(symbol)
            .string(uri)
            .take()};
}

instruction update_field(const public_key& metadata, const public_key& update_authority, std::string_view field,
                         std::string_view value) {
  constexpr uint8_t field_is_key = 3;
  return {program::token_2022(),
          {writable(metadata), signer(update_authority)},
          data_writer{}
            .discriminator("spl_token_metadata_interface:updating_field")
            .number(field_is_key)
            .string(field)
            .string(value)
            .take()};
}

uint64_t space(std::string_view name, std::string_view symbol, std::string_view uri,
               const std::vector<std::pair<std::string, std::string>>& additional) {
  constexpr uint64_t tlv_header = 4, authority_and_mint = 64, length = 4;
  uint64_t out = tlv_header + authority_and_mint + 3 * length + name.size() + symbol.size() + uri.size() + length;
  for (const auto& [field, value] : additional)
    out += 2 * length + field.size() + value.size();
  return out;
}

} // namespace token_metadata

namespace associated_token_program {

instruction create_idempotent(const public_key& from, const public_key& owner, const public_key& mint,
                              const public_key& token_program) {
  return {program::associated_token(),
          {payer(from), writable(associated_token_address(owner, mint, token_program)), readonly(owner), readonly(mint),
           readonly(program::system()), readonly(token_program)},
          data_writer{}.number(uint8_t{1}).take()};
}

} // namespace associated_token_program

namespace memo_program {

instruction memo(std::string_view text, const std::vector<public_key>& signers) {
  instruction out{program::memo(), {}, std::string{text}};
  for (const auto& key : signers)
    out.accounts.push_back(signer(key));
  return out;
}

} // namespace memo_program

namespace compute_budget_program {

instruction set_compute_unit_limit(uint32_t units) {
  return {program::compute_budget(), {}, data_writer{}.number(uint8_t{2}).number(units).take()};
}

instruction set_compute_unit_price(uint64_t micro_lamports) {
  return {program::compute_budget(), {}, data_writer{}.number(uint8_t{3}).number(micro_lamports).take()};
}

} // namespace compute_budget_program

} // namespace ainft::solana
