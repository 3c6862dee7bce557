#include "actors/chain/transaction/domain.hpp"

#include "actors/capability.hpp"
#include "actors/chain/transaction/flow.hpp"
#include "net/base64.hpp"
#include "runtime/try.hpp"

namespace ainft::transaction {

using runtime::errc;
using runtime::refuse;

namespace {

bool ended(const state& s) { return s.at == phase::confirmed || s.at == phase::failed || s.at == phase::expired; }

solana::transaction whole(const state& s) { return {s.signatures, net::base64_decode(s.what.message).value_or("")}; }

} // namespace

runtime::result<events> decide(const state& s, const prepare& c, const runtime::decision_context& context) {
  if (!s.what.id.is_nil())
    return refuse(errc::conflict, "this transaction already exists");
  return events{transaction_prepared{c.what, user_id{context.who.user}, context.now}};
}

runtime::result<events> decide(const state& s, const submit& c, const runtime::decision_context& context) {
  if (s.at == phase::expired || (s.at == phase::awaiting_signature && context.now >= s.what.sign_before))
    return refuse(errc::transaction_expired, "the transaction was not signed in time; request a new one");
  if (s.at != phase::awaiting_signature)
    return c.signatures == s.signatures ? runtime::result<events>{events{}}
                                        : refuse(errc::wrong_state, "this transaction is already signed");
  const auto bytes = net::base64_decode(s.what.message).value_or("");
  AINFT_TRY(m, solana::message::parse(bytes));
  const auto keys = m.signers();
  if (c.signatures.size() != keys.size())
    return refuse(errc::signature_invalid, "the transaction has missing signatures");
  for (size_t i = 0; i < keys.size(); ++i)
    if (!solana::verify(keys[i], bytes, c.signatures[i]))
      return refuse(errc::signature_invalid, "the signature of " + keys[i].str() + " does not verify");
  return events{transaction_submitted{c.signatures}};
}

runtime::result<events> decide(const state& s, const confirm& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  return s.at == phase::submitted ? events{transaction_confirmed{c.slot}} : events{};
}

runtime::result<events> decide(const state& s, const fail& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  return ended(s) ? events{} : events{transaction_failed{c.reason}};
}

runtime::result<events> decide(const state& s, const expire&, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  return ended(s) ? events{} : events{transaction_expired{s.at == phase::submitted}};
}

runtime::result<events> decide(const state& s, const runtime::wake&, const runtime::decision_context&) {
  return s.at == phase::awaiting_signature ? events{transaction_expired{false}} : events{};
}

namespace {

void apply(state& s, const transaction_prepared& e) {
  s.what = e.what;
  s.requested_by = e.requested_by;
  s.signatures = e.what.signatures;
  s.created_at = e.at;
}
void apply(state& s, const transaction_submitted& e) {
  s.at = phase::submitted;
  s.signatures = e.signatures;
}
void apply(state& s, const transaction_confirmed& e) {
  s.at = phase::confirmed;
  s.slot = e.slot;
}
void apply(state& s, const transaction_failed& e) {
  s.at = phase::failed;
  s.failure = e.reason;
}
void apply(state& s, const transaction_expired&) { s.at = phase::expired; }

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

std::string subject_text(const purpose& p, const runtime::uuid& subject) {
  const auto known = find_flow(p);
  return known ? id_text((*known)->subject, subject) : subject.str();
}

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* prepared = std::get_if<transaction_prepared>(&e);
  return {(prepared ? prepared->requested_by : before.requested_by).get()};
}

view view_of(const state& s) {
  view v;
  v.id = s.what.id;
  v.purpose = s.what.purpose;
  v.subject_id = subject_text(s.what.purpose, s.what.subject);
  v.amount = s.what.amount;
  v.state = s.at;
  v.base64 = net::base64_encode(whole(s).serialize());
  v.signers = {s.what.wallet};
  v.last_valid_block_height = s.what.last_valid_block_height;
  v.sign_before = s.what.sign_before;
  if (s.at != phase::awaiting_signature && !s.signatures.empty() && !s.signatures[0].is_zero())
    v.signature = s.signatures[0];
  v.slot = s.slot;
  v.failure = s.failure;
  v.created_at = s.created_at;
  return v;
}

bool may_read(const state& s, const runtime::principal& who) {
  return who.is_platform() || who.user == s.requested_by.get();
}

std::optional<runtime::time_point> deadline(const state& s) {
  return s.at == phase::awaiting_signature && !s.what.id.is_nil() ? std::optional{s.what.sign_before} : std::nullopt;
}

runtime::result<solana::transaction> check_signed(const view& v, std::string_view signed_base64) {
  const auto bytes = net::base64_decode(signed_base64);
  if (!bytes)
    return runtime::refuse_field("/signedTransaction", "must be a transaction in base64");
  auto sent = solana::transaction::parse(*bytes);
  if (!sent)
    return runtime::refuse_field("/signedTransaction", runtime::explain(sent.error()).detail);
  auto ours = solana::transaction::parse(net::base64_decode(v.base64).value_or(""));
  if (!ours)
    return std::move(ours.error());
  if (sent->message_bytes != ours->message_bytes)
    return caf::make_error(
      errc::transaction_mismatch, "the message differs from the one that the platform built",
      std::vector<runtime::field_error>{
        {"/signedTransaction", "must be the transaction that the platform built, with a signature added"}});
  const auto keys = solana::message::parse(ours->message_bytes)->signers();
  for (const auto& wallet : v.signers) {
    const auto at = static_cast<size_t>(std::find(keys.begin(), keys.end(), wallet) - keys.begin());
    if (at == keys.size() || !solana::verify(wallet, ours->message_bytes, sent->signatures[at]))
      return caf::make_error(
        errc::signature_invalid, "the signature of " + wallet.str() + " does not verify",
        std::vector<runtime::field_error>{{"/signedTransaction", "must be signed by " + wallet.str()}});
    ours->signatures[at] = sent->signatures[at];
  }
  return ours;
}

} // namespace ainft::transaction
