#include "actors/market/nft/minting.hpp"

#include "actors/chain/transaction/api.hpp"
#include "actors/market/nft/domain.hpp"
#include "net/solana/programs.hpp"
#include "runtime/try.hpp"

namespace ainft::nft {

using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;

namespace {

constexpr uint8_t no_decimals = 0;
constexpr uint32_t compute_units = 200'000;

uint64_t metadata_space(const view& v, std::string_view uri) {
  return solana::token_metadata::space(v.name.str(), v.symbol.str(), uri, {});
}

reply mint_reply(const transaction::view& tx, const std::string& nft_json) {
  reply out;
  out.status = 202;
  out.body = transaction::answer_before(tx, "nft") + nft_json + "}";
  return out;
}

/// Looks at an earlier mint of this NFT. Returns its transaction if it still waits for a signature, and nothing if a
/// new one may be built. Refuses if the NFT is minted or its mint is submitted.
task<std::optional<transaction::view>> earlier_mint(const services& s, const view& v) {
  if (v.state == phase::minted)
    co_return refuse(errc::wrong_state, "this NFT is already minted");
  if (!v.mint_transaction_id)
    co_return std::nullopt;
  AINFT_CO_TRY(tx, co_await read<transaction::entity>(s, v.mint_transaction_id->get()));
  if (tx.state == transaction::phase::submitted || tx.state == transaction::phase::confirmed)
    co_return refuse(errc::wrong_state, "this NFT is being minted by the transaction " + tx.id.str());
  if (tx.state == transaction::phase::awaiting_signature)
    co_return std::move(tx);
  co_return std::nullopt;
}

} // namespace

std::vector<solana::instruction> mint_instructions(const view& v, const wallet_address& creator,
                                                   const solana::public_key& mint, const solana::public_key& payer,
                                                   std::string_view uri, lamports rent) {
  using namespace solana;
  const auto& program = program::token_2022();
  const auto account = associated_token_address(creator, mint, program);
  return {
    compute_budget_program::set_compute_unit_limit(compute_units),
    // The account gets only the mint's own size here. The metadata instruction enlarges it, and `rent` already covers
    // that.
    system_program::create_account(payer, mint, rent, token_program::mint_with_metadata_pointer_size, program),
    token_program::initialize_metadata_pointer(mint, creator, mint),
    token_program::initialize_mint2(program, mint, no_decimals, creator, std::nullopt),
    token_metadata::initialize(mint, creator, mint, creator, v.name.str(), v.symbol.str(), uri),
    associated_token_program::create_idempotent(payer, creator, mint, program),
    token_program::mint_to(program, mint, account, creator, 1),
    token_program::set_authority(program, mint, creator, token_program::authority::mint_tokens, std::nullopt),
  };
}

std::string metadata_uri(const nft_id& id, std::string_view public_url) {
  return std::string{public_url} + "/v1/nfts/" + id.str() + "/metadata.json";
}

task<reply> mint(const services& s, call& c, nft_id id) {
  AINFT_CO_TRY(v, co_await read<domain>(s, id.get(), c.who));
  if (v.creator_id.get() != c.who.user)
    co_return refuse(errc::not_owner, "only the creator may mint an NFT");
  AINFT_CO_TRY(earlier, co_await earlier_mint(s, v));
  if (earlier)
    co_return mint_reply(*earlier, runtime::to_json(v));
  const auto uri = metadata_uri(id, s.platform.public_url);
  const auto space = solana::token_program::mint_with_metadata_pointer_size + metadata_space(v, uri);
  auto rent = co_await on_chain<lamports>([&](auto done) { s.chain.minimum_balance(space, std::move(done)); });
  if (!rent)
    co_return std::move(rent.error());
  AINFT_CO_TRY(wallet, wallet_address::parse(c.who.wallet));
  auto mint_key = solana::key_pair::make();
  const auto& payer = s.platform.fee_payer.address();
  transaction::plan p;
  p.purpose = transaction::purpose{mint_purpose};
  p.subject = id.get();
  p.wallet = wallet;
  p.instructions = mint_instructions(v, wallet, mint_key.address(), payer, uri, *rent);
  p.co_signers = {mint_key};
  p.studio = v.studio_id;
  AINFT_CO_TRY(tx, co_await transaction::prepare_plan(s, c, std::move(p)));
  // Of two concurrent requests, the NFT accepts the first. Nobody gets the other request's transaction.
  start_mint start{tx.id, mint_key.address(), v.mint_transaction_id};
  auto context = c.final_context(202, transaction::answer_before(tx, "nft"), "}");
  auto started = co_await command<domain>(s, id.get(), std::move(context), start);
  if (!started) {
    if (runtime::explain(started.error()).code != runtime::errc::outcome_unknown)
      co_await transaction::withdraw(s, tx.id);
    co_return std::move(started.error());
  }
  co_return mint_reply(tx, started->body);
}

} // namespace ainft::nft
