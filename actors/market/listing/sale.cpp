#include "actors/market/listing/sale.hpp"

#include "actors/chain/sponsor/api.hpp"
#include "actors/chain/transaction/api.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/listing/funds.hpp"
#include "net/solana/programs.hpp"
#include "runtime/try.hpp"

namespace ainft::listing {

using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;

namespace {

constexpr uint8_t no_decimals = 0;
constexpr uint64_t one_token = 1;
constexpr uint32_t compute_units = 120'000;

const solana::public_key& token_program() { return solana::program::token_2022(); }

solana::public_key account_of(const wallet_address& owner, const solana::public_key& mint) {
  return solana::associated_token_address(owner, mint, token_program());
}

/// A 202 response with the prepared transaction, or the error.
runtime::result<reply> to_be_signed(const runtime::result<transaction::view>& tx) {
  if (!tx)
    return tx.error();
  return http::json_reply(transaction::signature_needed{transaction::to_sign_of(*tx)}, 202);
}

transaction::plan plan_for(std::string_view purpose, const listing_id& id, const wallet_address& wallet,
                           std::vector<solana::instruction> instructions, lamports amount = {}) {
  return {transaction::purpose{purpose}, id.get(), wallet, amount, std::move(instructions), {}};
}

task<lamports> balance_of(const services& s, const solana::public_key& key) {
  co_return co_await on_chain<lamports>([&](auto done) { s.chain.balance(key, std::move(done)); });
}

task<lamports> rent_of(const services& s, uint64_t space) {
  co_return co_await on_chain<lamports>([&](auto done) { s.chain.minimum_balance(space, std::move(done)); });
}

lamports part_of(const std::vector<payout>& parts, const wallet_address& whose) {
  const auto it = std::find_if(parts.begin(), parts.end(), [&](const payout& p) { return p.to == whose; });
  return it == parts.end() ? lamports{} : it->amount;
}

/// Refuses unless the buyer can pay the price and the rent of the buyer's token account.
boost::asio::awaitable<caf::error> refuse_poor(const services& s, const solana::public_key& mint,
                                               const wallet_address& buyer, lamports price, lamports to_buyer) {
  const auto held = co_await balance_of(s, buyer);
  const auto in_account = co_await balance_of(s, account_of(buyer, mint));
  const auto rent = co_await rent_of(s, sponsor::token_account_size);
  const auto least = co_await rent_of(s, 0);
  if (auto bad = http::errors_of(held, in_account, rent, least))
    co_return bad;
  const purchase_funds needs{price, to_buyer, missing_rent(*rent, *in_account), *least};
  co_return check_funds(*held, needs);
}

} // namespace

std::vector<solana::instruction> approve_instructions(const solana::public_key& mint, const wallet_address& seller,
                                                      const solana::public_key& delegate) {
  return {solana::token_program::approve_checked(token_program(), account_of(seller, mint), mint, delegate, seller,
                                                 one_token, no_decimals)};
}

std::vector<solana::instruction> revoke_instructions(const solana::public_key& mint, const wallet_address& seller) {
  return {solana::token_program::revoke(token_program(), account_of(seller, mint), seller)};
}

std::vector<solana::instruction> purchase_instructions(const view& v, const wallet_address& buyer,
                                                       const std::vector<payout>& parts,
                                                       const solana::public_key& platform) {
  std::vector<solana::instruction> out{solana::compute_budget_program::set_compute_unit_limit(compute_units)};
  for (const auto& part : parts)
    out.push_back(solana::system_program::transfer(buyer, part.to, part.amount));
  out.push_back(solana::associated_token_program::create_idempotent(buyer, buyer, v.mint, token_program()));
  out.push_back(solana::token_program::transfer_checked(token_program(), account_of(v.seller.wallet, v.mint), v.mint,
                                                        account_of(buyer, v.mint), platform, one_token, no_decimals));
  return out;
}

task<transaction::built> build_approval(const services& s, const call& c, listing_id id, const solana::public_key& mint,
                                        const wallet_address& seller) {
  auto p = plan_for(approve_purpose, id, seller, approve_instructions(mint, seller, s.platform.fee_payer.address()));
  co_return co_await transaction::build(s, c, std::move(p));
}

task<transaction::view> prepare_revocation(const services& s, const call& c, const view& v) {
  auto p = plan_for(revoke_purpose, v.id, v.seller.wallet, revoke_instructions(v.mint, v.seller.wallet));
  co_return co_await transaction::prepare_plan(s, c, std::move(p));
}

task<reply> approve(const services& s, call& c, listing_id id) {
  AINFT_CO_TRY(v, co_await read<domain>(s, id.get()));
  if (v.seller.user.get() != c.who.user)
    co_return refuse(errc::not_owner, "only the seller may approve a listing");
  if (v.state != phase::awaiting_signature)
    co_return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(v.state)});
  AINFT_CO_TRY(built, co_await build_approval(s, c, id, v.mint, v.seller.wallet));
  co_return to_be_signed(co_await transaction::keep(s, c, std::move(built)));
}

task<reply> buy(const services& s, call& c, listing_id id) {
  AINFT_CO_TRY(v, co_await read<domain>(s, id.get()));
  const auto price = may_buy(v, user_id{c.who.user});
  const auto buyer = wallet_address::parse(c.who.wallet);
  if (auto bad = http::errors_of(price, buyer))
    co_return bad;
  AINFT_CO_TRY(parts, split_sale(*price, v.royalty_bps, v.creators, v.fee_bps, v.seller.wallet, s.platform.reserve));
  if (auto bad = co_await refuse_poor(s, v.mint, *buyer, *price, part_of(parts, *buyer)))
    co_return bad;
  auto p = plan_for(purchase_purpose, id, *buyer,
                    purchase_instructions(v, *buyer, parts, s.platform.fee_payer.address()), *price);
  co_return to_be_signed(co_await transaction::prepare_plan(s, c, std::move(p)));
}

task<reply> revoke(const services& s, call& c, listing_id id) {
  AINFT_CO_TRY(v, co_await read<domain>(s, id.get()));
  if (v.seller.user.get() != c.who.user)
    co_return refuse(errc::not_owner, "only the seller may revoke a listing's approval");
  if (v.state != phase::cancelled && v.state != phase::failed)
    co_return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(v.state)});
  co_return to_be_signed(co_await prepare_revocation(s, c, v));
}

} // namespace ainft::listing
