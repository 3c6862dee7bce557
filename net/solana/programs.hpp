#pragma once

#include "net/solana/message.hpp"

/// Builders for the instructions that we use. The layouts come from the programs' sources. The tests compare them with
/// vectors from the official JavaScript SDKs.
namespace ainft::solana {

/// The addresses of the programs.
namespace program {
[[nodiscard]] const public_key& system();
[[nodiscard]] const public_key& token();
[[nodiscard]] const public_key& token_2022();
[[nodiscard]] const public_key& associated_token();
[[nodiscard]] const public_key& memo();
[[nodiscard]] const public_key& compute_budget();
} // namespace program

/// A program-derived address, with the first bump, from 255 down, that gives a hash off the curve.
/// find_program_address() refuses with errc::validation_failed more than 15 seeds or a seed of more than 32 bytes.
struct derived_address {
  public_key address;
  uint8_t bump = 0;
};
[[nodiscard]] result<derived_address> find_program_address(const std::vector<std::string_view>& seeds,
                                                           const public_key& program);

/// The associated token account of `owner` for `mint`. `token_program` is the program that owns the mint.
[[nodiscard]] public_key associated_token_address(const public_key& owner, const public_key& mint,
                                                  const public_key& token_program);

namespace system_program {
[[nodiscard]] instruction create_account(const public_key& from, const public_key& account, lamports balance,
                                         uint64_t space, const public_key& owner);
[[nodiscard]] instruction transfer(const public_key& from, const public_key& to, lamports amount);
} // namespace system_program

/// The instructions that SPL Token and Token-2022 have in common. `token_program` selects the program.
namespace token_program {

/// The size in bytes of a mint with only the metadata-pointer extension (Token-2022: padded base, account type, one TLV
/// entry).
constexpr uint64_t mint_with_metadata_pointer_size = 234;

enum class authority : uint8_t { mint_tokens = 0, freeze_account = 1, account_owner = 2, close_account = 3 };

[[nodiscard]] instruction initialize_mint2(const public_key& token_program, const public_key& mint, uint8_t decimals,
                                           const public_key& mint_authority,
                                           const std::optional<public_key>& freeze_authority);
[[nodiscard]] instruction mint_to(const public_key& token_program, const public_key& mint, const public_key& account,
                                  const public_key& mint_authority, uint64_t amount);
[[nodiscard]] instruction set_authority(const public_key& token_program, const public_key& account,
                                        const public_key& current, authority which,
                                        const std::optional<public_key>& next);
[[nodiscard]] instruction approve_checked(const public_key& token_program, const public_key& account,
                                          const public_key& mint, const public_key& delegate, const public_key& owner,
                                          uint64_t amount, uint8_t decimals);
[[nodiscard]] instruction revoke(const public_key& token_program, const public_key& account, const public_key& owner);
[[nodiscard]] instruction transfer_checked(const public_key& token_program, const public_key& from,
                                           const public_key& mint, const public_key& to, const public_key& authority,
                                           uint64_t amount, uint8_t decimals);
/// Token-2022's metadata pointer. `metadata` is the account that holds the mint's metadata.
[[nodiscard]] instruction initialize_metadata_pointer(const public_key& mint,
                                                      const std::optional<public_key>& authority,
                                                      const std::optional<public_key>& metadata);
} // namespace token_program

/// The SPL token-metadata interface. Token-2022 implements it in the mint account itself.
namespace token_metadata {
[[nodiscard]] instruction initialize(const public_key& metadata, const public_key& update_authority,
                                     const public_key& mint, const public_key& mint_authority, std::string_view name,
                                     std::string_view symbol, std::string_view uri);
/// Sets an additional field.
[[nodiscard]] instruction update_field(const public_key& metadata, const public_key& update_authority,
                                       std::string_view field, std::string_view value);
/// The size in bytes of the metadata in the mint, including its TLV header.
[[nodiscard]] uint64_t space(std::string_view name, std::string_view symbol, std::string_view uri,
                             const std::vector<std::pair<std::string, std::string>>& additional);
} // namespace token_metadata

namespace associated_token_program {
/// Creates the associated token account unless it exists.
[[nodiscard]] instruction create_idempotent(const public_key& payer, const public_key& owner, const public_key& mint,
                                            const public_key& token_program);
} // namespace associated_token_program

namespace memo_program {
[[nodiscard]] instruction memo(std::string_view text, const std::vector<public_key>& signers = {});
} // namespace memo_program

namespace compute_budget_program {
[[nodiscard]] instruction set_compute_unit_limit(uint32_t units);
/// The price is in micro-lamports per compute unit.
[[nodiscard]] instruction set_compute_unit_price(uint64_t micro_lamports);
} // namespace compute_budget_program

} // namespace ainft::solana
