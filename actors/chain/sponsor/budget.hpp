#pragma once

#include "actors/chain/sponsor/settings.hpp"
#include "actors/ids.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::sponsor {

AINFT_ENUM(scope, user, studio, all)

/// The reservation for a transaction that is about to be prepared: `most` lamports in the budgets of its user, of its
/// studio and of all. It is settled after the transaction ends. After `until`, it is released if the transaction does
/// not exist.
struct reservation {
  transaction_id id;
  user_id user;
  std::optional<studio_id> studio; ///< none if the platform does not pay on behalf of a studio
  lamports most;
  lamports fee; ///< the cost if the transaction fails on chain; at most `most`
  runtime::time_point until;
};

/// Reserves in all budgets or in none. Returns the first budget that has too little left. Any number of nodes may call
/// it at the same time.
[[nodiscard]] std::optional<scope> reserve(persistence::session& db, const reservation& r, const limits& most,
                                           runtime::time_point now);

/// The error for a budget that has too little left: errc::quota_exceeded, with the budget and the time of its renewal.
[[nodiscard]] caf::error refuse_full(scope full, const reservation& r, const limits& most, runtime::time_point now);

/// The open reservation of a transaction, and the transaction's state.
struct open_reservation {
  transaction_id id;
  std::string state; ///< of the transaction; empty if it does not exist
  std::optional<solana::signature> signature;
  lamports most;
  lamports fee;

  /// The cost to assume if the chain gives no cost: `most` if confirmed, `fee` if failed, otherwise zero.
  [[nodiscard]] lamports assumed_cost() const;
  [[nodiscard]] bool has_ended() const;
};

[[nodiscard]] std::optional<open_reservation> find_open(persistence::session& db, const transaction_id& id);

/// Reservations after their `until` that need settling without an event: their transaction does not exist, or it has
/// ended and ten more minutes have passed.
[[nodiscard]] std::vector<open_reservation> find_overdue(persistence::session& db, runtime::time_point now,
                                                         size_t limit);

/// Replaces the reservation by the actual `cost`. Idempotent.
bool settle(persistence::session& db, const transaction_id& id, lamports cost);

/// Deletes budgets that are more than a week old, at most 1,000 in one call.
void forget_old(persistence::session& db, runtime::time_point now);

/// The state of one budget on one day.
struct budget_state {
  static constexpr std::string_view api_name = "FeeBudget";
  sponsor::scope scope = sponsor::scope::all;
  std::optional<std::string> subject; ///< the id of the user or studio
  lamports limit;
  lamports reserved;
  lamports spent;
};
AINFT_DESCRIBE(budget_state, (scope, about("Whose budget it is; `all` for all users together.")),
               (subject, about("The user or the studio. Absent if `scope` is `all`.")),
               (limit, about("What the fee payer may spend per UTC day, in lamports.")),
               (reserved, about("The highest cost of the transactions in progress, in lamports.")),
               (spent, about("What the transactions that ended have cost today, in lamports.")))
AINFT_ABOUT(budget_state, "A budget for sponsored fees, and its use today.")

/// The state of the day's budget of all, and of the `count` users and studios with the highest use.
[[nodiscard]] std::vector<budget_state> states(persistence::session& db, const limits& most, runtime::time_point now,
                                               size_t count);

/// The next UTC midnight.
[[nodiscard]] runtime::time_point renewal(runtime::time_point now);

} // namespace ainft::sponsor
