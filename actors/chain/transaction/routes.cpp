#include "actors/chain/transaction/routes.hpp"

#include "actors/chain/transaction/domain.hpp"
#include "actors/chain/transaction/flow.hpp"
#include "actors/chain/transaction/prepare.hpp"
#include "actors/replies.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace transaction;
using http::call;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;
using runtime::refuse;

namespace {

/// The body of POST /v1/transactions/{id}/signature.
struct signed_by_wallet {
  std::string signed_transaction; ///< base64
};
AINFT_DESCRIBE(signed_by_wallet,
               (signed_transaction, about("The transaction's `base64`, signed by the wallet, as base64.")))
AINFT_ABOUT(signed_by_wallet, "A transaction that a wallet has signed.")

task<transaction::view> own_transaction(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<transaction_id>(c));
  co_return co_await read<transaction::domain>(s, id.get(), c.who);
}

task<reply> take_signature(const services& s, call& c, signed_by_wallet body) {
  AINFT_CO_TRY(v, co_await own_transaction(s, c));
  AINFT_CO_TRY(flow, find_flow(v.purpose));
  AINFT_CO_TRY(tx, check_signed(v, body.signed_transaction));
  if (v.state == phase::awaiting_signature) {
    if (s.host.time().now() >= v.sign_before)
      co_return refuse(errc::transaction_expired, "the transaction was not signed in time; request a new one");
    if (auto bad = co_await try_on_chain(s, tx))
      co_return bad;
    if (auto bad = co_await flow->claim(s, c, v))
      co_return bad;
  }
  const auto& payer = s.platform.fee_payer;
  tx.put_signature(payer.address(), payer.sign(tx.message_bytes));
  auto context = c.final_context(200);
  submit all_signed{tx.signatures};
  AINFT_CO_TRY(submitted,
               co_await command<transaction::domain>(s, v.id.get(), std::move(context), std::move(all_signed)));
  co_return http::entity_reply(std::move(submitted));
}

/// Builds a new transaction in place of an expired or failed one, which can no longer land.
task<reply> rebuild(const services& s, call& c) {
  AINFT_CO_TRY(v, co_await own_transaction(s, c));
  if (v.state != phase::expired && v.state != phase::failed)
    co_return refuse(errc::wrong_state, "this transaction is " + std::string{runtime::name_of(v.state)}
                                          + "; only an expired or failed transaction can be rebuilt");
  AINFT_CO_TRY(flow, find_flow(v.purpose));
  const auto subject = runtime::parse_any_typeid(v.subject_id).value_or(runtime::uuid{});
  co_return co_await flow->rebuild(s, c, subject);
}

} // namespace

void transaction::add_routes(http::route_table& routes, const services& s) {
  constexpr auto tag = "Transactions", id = "The transaction.";
  routes.describe_tag(tag, "Transactions on Solana that wallets sign and the platform sends.");
  routes
    .get("/v1/transactions/{id}", tag, "Get one of the caller's transactions", user_right("transactions.read"),
         [&s](call& c) { return show<transaction::domain, transaction_id>(s, c); })
    .named("getTransaction")
    .describe("Only the user who requested it may read it. Ask until its `state` is `confirmed`, `failed` or "
              "`expired`, or follow the events in the room of the user.")
    .takes<transaction_id>(id)
    .versioned()
    .answers<transaction::view>();
  routes
    .json<signed_by_wallet>(verb::post, "/v1/transactions/{id}/signature", tag, "Hand in the wallet's signature",
                            user_right("transactions.sign"),
                            [&s](call& c, signed_by_wallet body) { return take_signature(s, c, std::move(body)); })
    .named("signTransaction")
    .takes<transaction_id>(id)
    .describe(
      "The platform adds its own signature and sends the transaction to Solana. Then ask for the transaction, or "
      "subscribe to its room, until its state is final.")
    .sample(R"({"signedTransaction": "AgAAAAAAAAA="})")
    .refuses({errc::transaction_expired, errc::transaction_mismatch, errc::signature_invalid, errc::wrong_state,
              errc::not_owner, errc::not_for_sale, errc::own_listing, errc::auction_ended, errc::conflict,
              errc::insufficient_funds, errc::solana_failed, errc::would_fail})
    .versioned()
    .answers<transaction::view>();
  auto& again = routes
                  .post("/v1/transactions/{id}/rebuild", tag, "Rebuild an expired or failed transaction",
                        user_right("transactions.rebuild"), [&s](call& c) { return rebuild(s, c); })
                  .named("rebuildTransaction")
                  .takes<transaction_id>(id)
                  .describe("Returns a new transaction with a new blockhash and a new id.")
                  .refuses({errc::wrong_state, errc::not_owner, errc::not_for_sale, errc::own_listing,
                            errc::auction_ended, errc::transaction_expired, errc::insufficient_funds,
                            errc::quota_exceeded, errc::solana_failed, errc::would_fail})
                  .answers<signature_needed>(202);
  // The subject is there too if it changes. Its type belongs to the capability of the flow.
  again.output = {{"type", "object"},
                  {"description", "The new transaction, and the NFT or the listing if it changes."},
                  {"required", {"transaction"}},
                  {"properties", {{"transaction", runtime::json_schema{*again.components}.of<to_sign>()}}}};
}

} // namespace ainft
