#pragma once

#include "actors/nft/protocol.hpp"
#include "runtime/decision.hpp"

namespace ainft::nft {

struct state {
  view shown;
  wallet_address creator_wallet;
  std::vector<transaction_id> sales; ///< whose change of owner was applied, the latest
};

template <class Inspector>
bool inspect(Inspector& f, state& x) {
  return f.object(x).fields(f.field("shown", x.shown), f.field("creator_wallet", x.creator_wallet), f.field("sales", x.sales));
}

struct domain {
  using state = nft::state;
  using commands = std::variant<create_nft, start_mint, finish_mint, fail_mint, change_owner>;
  using events = std::variant<nft_created, mint_started, nft_minted, mint_failed, owner_changed>;
  using view = nft::view;
  static constexpr std::string_view kind = "nft";
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed creators or a royalty that cannot be paid out.
runtime::result<events> decide(const state& s, const create_nft& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, and errc::wrong_state for one that is minted or whose mint is not the one to be replaced.
runtime::result<events> decide(const state& s, const start_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_mint& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const change_owner& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// Its studio and its creator.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// The off-chain metadata that wallets and marketplaces read (Metaplex token standard's JSON).
[[nodiscard]] std::string metadata_json(const view& v, std::string_view public_url);

} // namespace ainft::nft
