#pragma once

#include "actors/market/nft/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::nft {

/// A sale's place among all sales of an NFT.
struct sale {
  transaction_id transaction;
  std::optional<uint64_t> slot; ///< absent for a sale that an earlier version of the program settled
};
AINFT_DESCRIBE(sale, transaction, slot)

/// Whether `a` came after `b`: by the slots that the chain has them in, then by their transactions, whose ids have the time
/// that they were built. Each sale is built after the one before was settled.
[[nodiscard]] bool is_later(const sale& a, const sale& b);

struct state {
  view shown;
  wallet_address creator_wallet;
  std::optional<sale> last_sale; ///< that changed the owner
};
AINFT_DESCRIBE(state, shown, creator_wallet, last_sale)

struct domain : entity {
  using state = nft::state;
  using commands = std::variant<create_nft, start_mint, finish_mint, fail_mint, change_owner>;
  using events = std::variant<nft_created, mint_started, nft_minted, mint_failed, owner_changed>;
  static constexpr uint16_t state_version = 2;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed creators or a royalty that cannot be paid out.
runtime::result<events> decide(const state& s, const create_nft& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, and errc::wrong_state for one that is minted or whose mint is not the one to be replaced.
runtime::result<events> decide(const state& s, const start_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_mint& c, const runtime::decision_context& context);
/// A sale that is not later than the last one changes nothing, however often it is told.
runtime::result<events> decide(const state& s, const change_owner& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
/// What `who` sees of it: its creator all, everybody else what is public.
view view_of(const state& s, const runtime::principal& who);
/// Everybody once it is minted; before that its creator, who is the studio's owner.
bool may_read(const state& s, const runtime::principal& who);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// Its studio and its creator.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// What everybody sees of a minted NFT: `v` with as much of its provenance as its creator chose.
[[nodiscard]] view public_view(view v);

/// The off-chain metadata that wallets and marketplaces read (Metaplex token standard's JSON): the same before and after the
/// mint, and for every reader.
[[nodiscard]] std::string metadata_json(const view& v, std::string_view public_url);

} // namespace ainft::nft
