#pragma once

#include "net/solana/message.hpp"

/// Instructions of the programs that we use. Layouts are those of the programs' own sources; the vectors that the official
/// JavaScript SDKs make of the same instructions are in the tests.
namespace ainft::solana {

/// Addresses of programs and sysvars.
namespace program {
[[nodiscard]] const public_key& system();
[[nodiscard]] const public_key& token();
[[nodiscard]] const public_key& token_2022();
[[nodiscard]] const public_key& associated_token();
[[nodiscard]] const public_key& memo();
[[nodiscard]] const public_key& compute_budget();
} // namespace program

/// A program-derived address: the first bump, from 255 down, whose hash with the seeds is not on the curve. Refuses with
/// errc::validation_failed seeds of more than 32 bytes or more than 15 of them.
struct derived_address {
  public_key address;
  uint8_t bump = 0;
};
[[nodiscard]] result<derived_address> find_program_address(const std::vector<std::string_view>& seeds, const public_key& program);

/// The account that holds `owner`'s tokens of `mint`, for the token program that the mint belongs to.
[[nodiscard]] public_key associated_token_address(const public_key& owner, const public_key& mint, const public_key& token_program);

namespace system_program {
[[nodiscard]] instruction create_account(const public_key& from, const public_key& account, lamports balance, uint64_t space,
                                         const public_key& owner);
[[nodiscard]] instruction transfer(const public_key& from, const public_key& to, lamports amount);
} // namespace system_program

/// SPL Token and Token-2022 share these; `token_program` says which one is meant.
namespace token_program {

/// Bytes of a mint with the metadata-pointer extension alone (Token-2022: padded base, account type, one TLV entry).
constexpr uint64_t mint_with_metadata_pointer_size = 234;

enum class authority : uint8_t { mint_tokens = 0, freeze_account = 1, account_owner = 2, close_account = 3 };

[[nodiscard]] instruction initialize_mint2(const public_key& token_program, const public_key& mint, uint8_t decimals,
                                           const public_key& mint_authority, const std::optional<public_key>& freeze_authority);
[[nodiscard]] instruction mint_to(const public_key& token_program, const public_key& mint, const public_key& account,
                                  const public_key& mint_authority, uint64_t amount);
[[nodiscard]] instruction set_authority(const public_key& token_program, const public_key& account, const public_key& current,
                                        authority which, const std::optional<public_key>& next);
[[nodiscard]] instruction approve_checked(const public_key& token_program, const public_key& account, const public_key& mint,
                                          const public_key& delegate, const public_key& owner, uint64_t amount, uint8_t decimals);
[[nodiscard]] instruction revoke(const public_key& token_program, const public_key& account, const public_key& owner);
[[nodiscard]] instruction transfer_checked(const public_key& token_program, const public_key& from, const public_key& mint,
                                           const public_key& to, const public_key& authority, uint64_t amount, uint8_t decimals);
/// Token-2022's metadata pointer: `metadata` is where the mint's metadata stands.
[[nodiscard]] instruction initialize_metadata_pointer(const public_key& mint, const std::optional<public_key>& authority,
                                                      const std::optional<public_key>& metadata);
} // namespace token_program

/// The SPL token-metadata interface, which Token-2022 implements in the mint itself.
namespace token_metadata {
[[nodiscard]] instruction initialize(const public_key& metadata, const public_key& update_authority, const public_key& mint,
                                     const public_key& mint_authority, std::string_view name, std::string_view symbol,
                                     std::string_view uri);
/// Sets an additional field.
[[nodiscard]] instruction update_field(const public_key& metadata, const public_key& update_authority, std::string_view field,
                                       std::string_view value);
/// Bytes that the metadata takes in the mint, with its TLV header.
[[nodiscard]] uint64_t space(std::string_view name, std::string_view symbol, std::string_view uri,
                             const std::vector<std::pair<std::string, std::string>>& additional);
} // namespace token_metadata

namespace associated_token_program {
/// Makes the associated account unless it is there already.
[[nodiscard]] instruction create_idempotent(const public_key& payer, const public_key& owner, const public_key& mint,
                                            const public_key& token_program);
} // namespace associated_token_program

namespace memo_program {
[[nodiscard]] instruction memo(std::string_view text, const std::vector<public_key>& signers = {});
} // namespace memo_program

namespace compute_budget_program {
[[nodiscard]] instruction set_compute_unit_limit(uint32_t units);
/// In millionths of a lamport for each compute unit.
[[nodiscard]] instruction set_compute_unit_price(uint64_t micro_lamports);
} // namespace compute_budget_program

} // namespace ainft::solana
