#include "actors/transaction/prepare.hpp"

#include "actors/transaction/domain.hpp"
#include "net/base64.hpp"

namespace ainft::transaction {

using runtime::errc;
using runtime::refuse;

boost::asio::awaitable<caf::error> try_on_chain(const services& s, const solana::transaction& tx) {
  auto tried = co_await on_chain<std::string>([&](auto done) { s.chain.simulate(tx, 0, std::move(done)); });
  if (!tried)
    co_return std::move(tried.error());
  if (tried->find("BlockhashNotFound") != tried->npos)
    co_return refuse(errc::transaction_expired, "the transaction's blockhash is too old; ask for a new one");
  if (!tried->empty())
    co_return refuse(errc::would_fail, "Solana would refuse it: " + *tried);
  co_return caf::error{};
}

task<view> prepare_plan(const services& s, const http::call& c, plan p) {
  auto latest = co_await on_chain<solana::blockhash_info>([&](auto done) { s.chain.latest_blockhash(std::move(done)); });
  if (!latest)
    co_return std::move(latest.error());
  const auto& payer = s.platform.fee_payer;
  auto message = solana::compile(solana::message_version::v0, payer.address(), latest->blockhash, p.instructions);
  if (!message)
    co_return std::move(message.error());
  auto tx = solana::transaction::unsigned_of(*message);
  if (!tx)
    co_return std::move(tx.error());
  if (auto bad = co_await try_on_chain(s, *tx))
    co_return bad;
  for (const auto& key : p.co_signers)
    tx->put_signature(key.address(), key.sign(tx->message_bytes));
  built what;
  what.id = transaction_id::make();
  what.purpose = p.purpose;
  what.subject = p.subject;
  what.wallet = p.wallet;
  what.amount = p.amount;
  what.message = net::base64_encode(tx->message_bytes);
  what.signatures = std::move(tx->signatures);
  what.last_valid_block_height = latest->last_valid_block_height;
  what.sign_before = s.host.time().now() + s.platform.signature_window;
  const auto id = what.id.get();
  prepare keep{std::move(what)};
  auto context = c.context();
  context.of_new_id = true;
  auto made = co_await command<domain>(s, id, std::move(context), std::move(keep));
  if (!made)
    co_return std::move(made.error());
  co_return value_of<domain>(*made);
}

to_sign to_sign_of(const view& v) { return {v.id, v.base64, v.signers, v.last_valid_block_height, v.sign_before}; }

std::string answer_before(const view& v, std::string_view field) {
  std::string out = "{\"transaction\":" + runtime::to_json(to_sign_of(v)) + ",\"";
  out.append(field).append("\":");
  return out;
}

} // namespace ainft::transaction
