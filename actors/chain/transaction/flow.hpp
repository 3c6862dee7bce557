#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::transaction {

/// The state of a transaction, folded from the journal. So it is never older than the event that a follower handles.
struct outcome {
  transaction_id id;
  transaction::purpose purpose;
  phase state = phase::awaiting_signature;
  runtime::uuid subject;
  std::optional<solana::signature> signature;
  wallet_address wallet; ///< the wallet whose signature it needs; the user may have another wallet now
  std::optional<uint64_t> slot;
};

/// A capability's functions for transactions of one purpose.
struct flow {
  std::string_view purpose; ///< for example "mint"; stored with each transaction, so it must never change
  std::string_view subject; ///< kind of the entity that the transaction is for

  /// The platform calls this before it signs. Refuses unless the subject exists, the caller may sign for it, and it
  /// waits for this transaction. It may reserve the subject.
  boost::asio::awaitable<caf::error> (*claim)(const services&, const http::call&, const view&);

  /// Returns a new transaction in place of one that has expired or failed and can no longer land.
  task<http::reply> (*rebuild)(const services&, http::call&, runtime::uuid subject);

  /// Tells the subject how its transaction ended. Called at least once, with a final state. Null if the subject need
  /// not know.
  boost::asio::awaitable<caf::error> (*settle)(const services&, const outcome&) = nullptr;

  /// Event types, such as "listing.settlement_begun", at which the settlement follower checks the outcome of a
  /// transaction again. `transaction_in` returns the transaction that such an event names.
  std::vector<std::string> settles_at = {};
  runtime::result<transaction_id> (*transaction_in)(const runtime::committed_event&) = nullptr;
};

/// The error of a claim whose subject could not be read. If the subject does not exist, errc::wrong_state.
[[nodiscard]] caf::error refuse_missing(caf::error why);

/// The flow of a purpose. Refuses with errc::unknown_message if no capability has it, which a node of another version
/// may have stored.
[[nodiscard]] runtime::result<const flow*> find_flow(const purpose& p);

/// Folds a transaction's events from the journal. Refuses with errc::internal if it does not exist.
[[nodiscard]] task<outcome> find_outcome(const services& s, transaction_id id);

/// The flows of all capabilities.
[[nodiscard]] const std::vector<const flow*>& all_flows();

} // namespace ainft::transaction
