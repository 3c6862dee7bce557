#pragma once

#include "actors/market/nft/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::nft {

/// Orders the sales of an NFT.
struct sale {
  transaction_id transaction;
  std::optional<uint64_t> slot; ///< absent if an earlier version of the program settled the sale
};
AINFT_DESCRIBE(sale, transaction, slot)

/// Whether `a` came after `b`. Compares the slots of their transactions, then the transaction ids, which contain the
/// time of creation. A sale's transaction is built after the previous sale was settled.
[[nodiscard]] bool is_later(const sale& a, const sale& b);

struct state {
  view shown;
  wallet_address creator_wallet;
  std::optional<sale> last_sale; ///< the sale that changed the owner last
};
AINFT_DESCRIBE(state, shown, creator_wallet, last_sale)

struct domain : entity {
  using state = nft::state;
  using commands = std::variant<create_nft, start_mint, finish_mint, fail_mint, change_owner>;
  using events = std::variant<nft_created, mint_started, nft_minted, mint_failed, owner_changed>;
  static constexpr uint16_t state_version = 2;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed if the creators or the royalty cannot be paid.
runtime::result<events> decide(const state& s, const create_nft& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, and with errc::wrong_state if the NFT is minted or `replaces` is not its current mint.
runtime::result<events> decide(const state& s, const start_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_mint& c, const runtime::decision_context& context);
/// A sale that is not later than the last sale changes nothing. So the command is idempotent.
runtime::result<events> decide(const state& s, const change_owner& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
/// The view that `who` may see: the whole view for the creator and the platform, the public view for everybody else.
view view_of(const state& s, const runtime::principal& who);
/// A minted NFT is public. Before the mint, only the platform and its creator, who owns the studio, may read it.
bool may_read(const state& s, const runtime::principal& who);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// The NFT's studio and creator.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// The public view of an NFT: `v` with the part of its provenance that the creator chose to show.
[[nodiscard]] view public_view(view v);

/// The off-chain metadata that wallets and marketplaces read (JSON of the Metaplex token standard). It is the same
/// before and after the mint, and for every reader.
[[nodiscard]] std::string metadata_json(const view& v, std::string_view public_url);

} // namespace ainft::nft
