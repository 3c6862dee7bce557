#include "actors/chain/transaction/prepare.hpp"

#include "actors/chain/sponsor/api.hpp"
#include "actors/chain/transaction/domain.hpp"
#include "net/base64.hpp"
#include "runtime/try.hpp"

namespace ainft::transaction {

using http::call;
using runtime::errc;
using runtime::refuse;

namespace {

/// A reservation waits this much longer than its wallet's time to sign, until the transaction is kept.
constexpr std::chrono::seconds keep_patience{60};

/// Calculates the maximum that the transaction takes from the fee payer, and its cost if it fails.
task<sponsor::reservation> price(const services& s, const call& c, const solana::message& m) {
  AINFT_CO_TRY(cost, sponsor::cost_of(m));
  runtime::result<lamports> rent{lamports{}};
  if (cost.token_accounts > 0)
    rent = co_await on_chain<lamports>(
      [&](auto done) { s.chain.minimum_balance(sponsor::token_account_size, std::move(done)); });
  if (!rent)
    co_return std::move(rent.error());
  AINFT_CO_TRY(most, sponsor::most_of(cost, *rent));
  sponsor::reservation out;
  out.user = user_id{c.who.user};
  out.most = most;
  out.fee = cost.fee;
  co_return out;
}

boost::asio::awaitable<caf::error> reserve(const services& s, sponsor::reservation r) {
  const auto now = s.host.time().now();
  const auto most = s.settings.of<sponsor::settings>().limits();
  auto q = [r, most, now](persistence::session& db) { return sponsor::reserve(db, r, most, now); };
  AINFT_CO_TRY(full, co_await net::query(s.db, std::move(q)));
  if (full)
    co_return sponsor::refuse_full(*full, r, most, now);
  co_return caf::error{};
}

} // namespace

boost::asio::awaitable<caf::error> try_on_chain(const services& s, const solana::transaction& tx, uint64_t min_slot) {
  auto tried = co_await on_chain<std::string>([&](auto done) { s.chain.simulate(tx, min_slot, std::move(done)); });
  if (!tried)
    co_return std::move(tried.error());
  if (tried->find("BlockhashNotFound") != tried->npos)
    co_return refuse(errc::transaction_expired, "the transaction's blockhash is too old; request a new transaction");
  if (!tried->empty())
    co_return refuse(errc::would_fail, "Solana would reject this transaction: " + *tried);
  co_return caf::error{};
}

task<built> build(const services& s, const call& c, plan p) {
  if (auto bad = s.purse.refuse_if_stopped())
    co_return bad;
  auto latest =
    co_await on_chain<solana::blockhash_info>([&](auto done) { s.chain.latest_blockhash(std::move(done)); });
  if (!latest)
    co_return std::move(latest.error());
  const auto& payer = s.platform.fee_payer;
  AINFT_CO_TRY(message,
               solana::compile(solana::message_version::v0, payer.address(), latest->blockhash, p.instructions));
  AINFT_CO_TRY(tx, solana::transaction::unsigned_of(message));
  // Calculate the cost from the bytes that will be signed, not from the plan.
  AINFT_CO_TRY(decoded, solana::message::parse(tx.message_bytes));
  AINFT_CO_TRY(cost, co_await price(s, c, decoded));
  if (auto bad = co_await try_on_chain(s, tx, latest->slot))
    co_return bad;
  for (const auto& key : p.co_signers)
    tx.put_signature(key.address(), key.sign(tx.message_bytes));
  built what;
  what.id = transaction_id::make();
  what.purpose = p.purpose;
  what.subject = p.subject;
  what.wallet = p.wallet;
  what.amount = p.amount;
  what.message = net::base64_encode(tx.message_bytes);
  what.signatures = std::move(tx.signatures);
  what.last_valid_block_height = latest->last_valid_block_height;
  what.sign_before = s.host.time().now() + s.platform.signature_window;
  cost.id = what.id;
  cost.studio = p.studio;
  cost.until = what.sign_before + keep_patience;
  if (auto bad = co_await reserve(s, cost))
    co_return bad;
  co_return what;
}

task<view> keep(const services& s, const call& c, built what) {
  const auto id = what.id.get();
  prepare it{std::move(what)};
  auto context = c.context();
  context.expected_version.reset(); // If-Match applies to the entity of the request
  context.of_new_id = true;
  AINFT_CO_TRY(made, co_await command<domain>(s, id, std::move(context), std::move(it)));
  co_return value_of<domain>(made);
}

boost::asio::awaitable<void> drop(const services& s, transaction_id id) {
  auto q = [id](persistence::session& db) { return sponsor::settle(db, id, lamports{}); };
  (void)co_await net::query(s.db, std::move(q)); // on failure, the sweeper releases it after `until`
}

boost::asio::awaitable<void> withdraw(const services& s, transaction_id id) {
  (void)co_await platform_command<domain>(s, id.get(), expire{}); // on failure, it expires at `sign_before`
}

task<view> prepare_plan(const services& s, const call& c, plan p) {
  AINFT_CO_TRY(what, co_await build(s, c, std::move(p)));
  co_return co_await keep(s, c, std::move(what));
}

to_sign to_sign_of(const view& v) { return {v.id, v.base64, v.signers, v.last_valid_block_height, v.sign_before}; }

std::string answer_before(const view& v, std::string_view field) {
  std::string out = "{\"transaction\":" + runtime::to_json(to_sign_of(v)) + ",\"";
  out.append(field).append("\":");
  return out;
}

} // namespace ainft::transaction
