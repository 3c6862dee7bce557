#pragma once

#include "actors/chain/sponsor/limits.hpp"
#include "actors/ids.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::sponsor {

AINFT_ENUM(scope, user, studio, all)

/// What a transaction that is about to be prepared is counted as: `most` lamports for its user, its studio and all. It
/// is settled when the transaction has ended, and released after `until` when there is no such transaction.
struct reservation {
  transaction_id id;
  user_id user;
  std::optional<studio_id> studio; ///< none for what is done on no studio's behalf
  lamports most;
  lamports fee; ///< at most `most`: the cost of a failure on chain
  runtime::time_point until;
};

/// Reserves in all budgets, or in none: gives the first one that has too little left. Safe against any number of nodes
/// that do it at once.
[[nodiscard]] std::optional<scope> reserve(persistence::session& db, const reservation& r, const limits& most,
                                           runtime::time_point now);

/// The refusal for a budget that has too little left: errc::quota_exceeded, naming it and when it renews.
[[nodiscard]] caf::error refuse_full(scope full, const reservation& r, const limits& most, runtime::time_point now);

/// What is open for a transaction: its reservation and how it ended.
struct open_reservation {
  transaction_id id;
  std::string state; ///< of the transaction; empty if there is none
  std::optional<solana::signature> signature;
  lamports most;
  lamports fee;

  /// The cost where the chain does not say more: all of it if confirmed, the fee if failed, else nothing.
  [[nodiscard]] lamports assumed_cost() const;
  [[nodiscard]] bool has_ended() const;
};

[[nodiscard]] std::optional<open_reservation> find_open(persistence::session& db, const transaction_id& id);

/// Reservations to settle without an event: those whose transaction was never kept, and those that ended long ago.
[[nodiscard]] std::vector<open_reservation> find_overdue(persistence::session& db, runtime::time_point now,
                                                         size_t limit);

/// Counts `cost` in place of the reservation. The same again changes nothing.
bool settle(persistence::session& db, const transaction_id& id, lamports cost);

/// Forgets budgets of more than a week ago, some at a time.
void forget_old(persistence::session& db, runtime::time_point now);

/// One budget of a day.
struct budget_state {
  sponsor::scope scope = sponsor::scope::all;
  std::optional<std::string> subject; ///< the user's or studio's id
  lamports limit;
  lamports reserved;
  lamports spent;
};
AINFT_DESCRIBE(budget_state, scope, subject, limit, reserved, spent)

/// The day's budget of all and, of users and studios, the `count` that have used most.
[[nodiscard]] std::vector<budget_state> states(persistence::session& db, const limits& most, runtime::time_point now,
                                               size_t count);

/// The next UTC midnight.
[[nodiscard]] runtime::time_point renewal(runtime::time_point now);

} // namespace ainft::sponsor
