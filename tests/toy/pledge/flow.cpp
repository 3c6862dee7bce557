#include "tests/toy/pledge/flow.hpp"

#include "net/solana/programs.hpp"
#include "runtime/event_codec.hpp"
#include "runtime/try.hpp"
#include "tests/toy/pledge/domain.hpp"

namespace ainft::pledge {

using boost::asio::awaitable;
using runtime::errc;
using runtime::refuse;

namespace {

constexpr uint32_t compute_units = 10'000;

/// A payment reserves its pledge, so that nobody pays twice.
awaitable<caf::error> claim(const services& s, const http::call& c, const transaction::view& tx) {
  const auto id = pledge_id::parse(tx.subject_id);
  const begin_payment begin{tx.id};
  runtime::command_context context;
  context.who = c.who;
  auto begun = co_await command<entity>(s, id->get(), std::move(context), begin);
  co_return begun ? caf::error{} : transaction::refuse_missing(std::move(begun.error()));
}

task<http::reply> rebuild(const services& s, http::call& c, runtime::uuid subject) {
  return pay(s, c, pledge_id{subject});
}

awaitable<caf::error> settle(const services& s, const transaction::outcome& o) {
  finish_payment finished{o.id, {}};
  if (o.state == transaction::phase::confirmed)
    finished.signature = o.signature;
  co_return co_await give<entity>(s, o.subject, finished);
}

runtime::result<transaction_id> transaction_in(const runtime::committed_event& e) {
  AINFT_TRY(begun, runtime::decode_event<domain::events>(e.type, e.version, e.payload));
  return std::get<payment_begun>(begun).transaction;
}

} // namespace

task<http::reply> pay(const services& s, http::call& c, pledge_id id) {
  AINFT_CO_TRY(v, co_await read<entity>(s, id.get(), c.who));
  if (v.owner_id.get() != c.who.user)
    co_return refuse(errc::not_owner, "only its owner pays a pledge");
  if (auto bad = may_pay(v))
    co_return bad;
  AINFT_CO_TRY(wallet, wallet_address::parse(c.who.wallet));
  const lamports amount{v.amount.get()};
  transaction::plan plan{transaction::purpose{purpose}, id.get(), wallet, amount, {}, {}};
  plan.instructions.push_back(solana::compute_budget_program::set_compute_unit_limit(compute_units));
  plan.instructions.push_back(solana::system_program::transfer(wallet, s.platform.reserve, amount));
  AINFT_CO_TRY(tx, co_await transaction::prepare_plan(s, c, std::move(plan)));
  const transaction::signature_needed needed{transaction::to_sign_of(tx)};
  co_return http::json_reply(needed, 202);
}

transaction::flow payment_flow() {
  transaction::flow out{
    .purpose = purpose, .subject = entity::kind, .claim = claim, .rebuild = rebuild, .settle = settle};
  // A transaction can end before its payment begins. So the settlement follower also looks at this event.
  out.settles_at = {"pledge.payment_begun"};
  out.transaction_in = transaction_in;
  return out;
}

} // namespace ainft::pledge
