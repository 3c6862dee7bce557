#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "net/solana/message.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::transaction {

struct state {
  built what;
  user_id requested_by;
  phase at = phase::awaiting_signature;
  std::vector<solana::signature> signatures;
  std::optional<uint64_t> slot;
  std::optional<std::string> failure;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(state, what, requested_by, at, signatures, slot, failure, created_at)

struct domain : entity {
  using state = transaction::state;
  using commands = std::variant<prepare, submit, confirm, fail, expire>;
  using events = std::variant<transaction_prepared, transaction_submitted, transaction_confirmed, transaction_failed,
                              transaction_expired>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

runtime::result<events> decide(const state& s, const prepare& c, const runtime::decision_context& context);
/// Refuses with errc::transaction_expired after `sign_before`, with errc::wrong_state if other signatures were
/// submitted before, and with errc::signature_invalid. The same signatures again change nothing.
runtime::result<events> decide(const state& s, const submit& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const confirm& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const expire& c, const runtime::decision_context& context);
/// Expires a transaction that its wallet did not sign in time. It can never land, because the platform has not signed
/// it.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
bool may_read(const state& s, const runtime::principal& who);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// The user who requested it.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// Checks a client's signed transaction. Refuses with errc::validation_failed text that is no transaction in base64,
/// with errc::transaction_mismatch unless its message equals the built message byte by byte, and with
/// errc::signature_invalid unless the wallet's signature verifies. Returns the transaction with all signatures
/// except the platform's.
[[nodiscard]] runtime::result<solana::transaction> check_signed(const view& v, std::string_view signed_base64);

/// The TypeID of a transaction's subject. Its UUID if no capability has the purpose.
[[nodiscard]] std::string subject_text(const purpose& p, const runtime::uuid& subject);

} // namespace ainft::transaction
