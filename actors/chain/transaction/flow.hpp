#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::transaction {

/// How a transaction stands, as the journal has it: never older than the event that is handled.
struct outcome {
  transaction_id id;
  transaction::purpose purpose;
  phase state = phase::awaiting_signature;
  runtime::uuid subject;
  std::optional<solana::signature> signature;
  wallet_address wallet; ///< the one that signed it, whatever wallets its user has now
  std::optional<uint64_t> slot;
};

/// What a capability does with transactions of one purpose.
struct flow {
  std::string_view purpose; ///< "mint"; stored with each transaction, so it never changes
  std::string_view subject; ///< the kind of entity that such a transaction is for

  /// Called before the platform signs. Refuses unless the subject exists, is the caller's and waits for this very transaction. It may take
  /// hold of the subject.
  boost::asio::awaitable<caf::error> (*claim)(const services&, const http::call&, const view&);

  /// Answers with another transaction in place of one that has expired or failed and can no longer land.
  task<http::reply> (*rebuild)(const services&, http::call&, runtime::uuid subject);

  /// Tells the subject how its transaction ended. Called at least once, with a state that is final. Absent: nothing is to be told.
  boost::asio::awaitable<caf::error> (*settle)(const services&, const outcome&) = nullptr;

  /// Events ("listing.settlement_begun") at which the outcome of an earlier transaction is looked at once more, and which transaction they
  /// name.
  std::vector<std::string> settles_at = {};
  runtime::result<transaction_id> (*transaction_in)(const runtime::committed_event&) = nullptr;
};

/// The refusal of a claim: a subject that does not exist waits for nothing.
[[nodiscard]] caf::error refuse_missing(caf::error why);

/// The flow of a purpose; null where no capability has it.
[[nodiscard]] const flow* find_flow(const purpose& p);

/// Reads a transaction's events from the journal. Refuses with errc::internal where there is no such transaction.
[[nodiscard]] task<outcome> find_outcome(const services& s, transaction_id id);

/// All capabilities' flows.
[[nodiscard]] const std::vector<const flow*>& all_flows();

} // namespace ainft::transaction
