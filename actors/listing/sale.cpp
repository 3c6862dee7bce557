#include "actors/listing/sale.hpp"

#include "actors/listing/domain.hpp"
#include "actors/transaction/prepare.hpp"
#include "net/solana/programs.hpp"

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

/// A 202 with what was prepared, or the refusal.
runtime::result<reply> to_be_signed(const runtime::result<transaction::view>& tx) {
  if (!tx)
    return tx.error();
  return http::json_reply(transaction::signature_needed{transaction::to_sign_of(*tx)}, 202);
}

transaction::plan plan_for(transaction::purpose purpose, const listing_id& id, const wallet_address& wallet,
                           std::vector<solana::instruction> instructions, lamports amount = {}) {
  return {purpose, id.get(), wallet, amount, std::move(instructions), {}};
}

/// A buyer must be able to pay, and Solana keeps no account that is left with less than what it owes in rent.
boost::asio::awaitable<caf::error> check_funds(const services& s, const wallet_address& buyer, lamports price) {
  auto held = co_await on_chain<lamports>([&](auto done) { s.chain.balance(buyer, std::move(done)); });
  if (!held)
    co_return std::move(held.error());
  if (*held < price)
    co_return refuse(errc::insufficient_funds,
                     "the wallet holds " + held->str() + " lamports and the price is " + price.str());
  co_return caf::error{};
}

} // namespace

std::vector<solana::instruction> approve_instructions(const solana::public_key& mint, const wallet_address& seller,
                                                      const solana::public_key& delegate) {
  return {solana::token_program::approve_checked(token_program(), account_of(seller, mint), mint, delegate, seller, one_token,
                                                 no_decimals)};
}

std::vector<solana::instruction> revoke_instructions(const solana::public_key& mint, const wallet_address& seller) {
  return {solana::token_program::revoke(token_program(), account_of(seller, mint), seller)};
}

std::vector<solana::instruction> purchase_instructions(const view& v, const wallet_address& buyer,
                                                       const std::vector<payout>& parts, const solana::public_key& platform) {
  std::vector<solana::instruction> out{solana::compute_budget_program::set_compute_unit_limit(compute_units)};
  for (const auto& part : parts)
    out.push_back(solana::system_program::transfer(buyer, part.to, part.amount));
  out.push_back(solana::associated_token_program::create_idempotent(platform, buyer, v.mint, token_program()));
  out.push_back(solana::token_program::transfer_checked(token_program(), account_of(v.seller.wallet, v.mint), v.mint,
                                                        account_of(buyer, v.mint), platform, one_token, no_decimals));
  return out;
}

task<transaction::view> prepare_approval(const services& s, const call& c, listing_id id, const solana::public_key& mint,
                                         const wallet_address& seller) {
  auto p = plan_for(transaction::purpose::approve, id, seller,
                    approve_instructions(mint, seller, s.platform.fee_payer.address()));
  co_return co_await transaction::prepare_plan(s, c, std::move(p));
}

task<transaction::view> prepare_revocation(const services& s, const call& c, const view& v) {
  auto p = plan_for(transaction::purpose::revoke, v.id, v.seller.wallet, revoke_instructions(v.mint, v.seller.wallet));
  co_return co_await transaction::prepare_plan(s, c, std::move(p));
}

task<reply> approve(const services& s, call& c, listing_id id) {
  auto v = co_await read<domain>(s, id.get());
  if (!v)
    co_return std::move(v.error());
  if (v->seller.user.get() != c.who.user)
    co_return refuse(errc::not_owner, "only its seller approves a listing");
  if (v->state != phase::awaiting_signature)
    co_return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(v->state)});
  co_return to_be_signed(co_await prepare_approval(s, c, id, v->mint, v->seller.wallet));
}

task<reply> buy(const services& s, call& c, listing_id id) {
  auto v = co_await read<domain>(s, id.get());
  if (!v)
    co_return std::move(v.error());
  const auto price = may_buy(*v, user_id{c.who.user});
  const auto buyer = wallet_address::parse(c.who.wallet);
  if (auto bad = http::first_error(price, buyer))
    co_return bad;
  if (auto bad = co_await check_funds(s, *buyer, *price))
    co_return bad;
  const auto parts = split_sale(*price, v->royalty_bps, v->creators, v->fee_bps, v->seller.wallet, s.platform.reserve);
  if (!parts)
    co_return parts.error();
  auto p = plan_for(transaction::purpose::purchase, id, *buyer,
                    purchase_instructions(*v, *buyer, *parts, s.platform.fee_payer.address()), *price);
  co_return to_be_signed(co_await transaction::prepare_plan(s, c, std::move(p)));
}

task<reply> revoke(const services& s, call& c, listing_id id) {
  auto v = co_await read<domain>(s, id.get());
  if (!v)
    co_return std::move(v.error());
  if (v->seller.user.get() != c.who.user)
    co_return refuse(errc::not_owner, "only its seller revokes a listing's approval");
  if (v->state != phase::cancelled && v->state != phase::failed)
    co_return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(v->state)});
  co_return to_be_signed(co_await prepare_revocation(s, c, *v));
}

} // namespace ainft::listing
