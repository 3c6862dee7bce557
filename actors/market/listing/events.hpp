#pragma once

#include "actors/market/listing/protocol.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::listing {

struct listing_created {
  static constexpr uint16_t version = 2; ///< version 1 has no `max_raise`; its default applies
  listing_id id;
  listing::terms terms;
  runtime::time_point at;
};
AINFT_DESCRIBE(listing_created, id, terms, at)

struct listing_live {
  transaction_id transaction;
};
AINFT_DESCRIBE(listing_live, transaction)

struct bid_placed {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
};
AINFT_DESCRIBE(bid_placed, id, bidder, amount, at)

struct auction_closed {
  std::optional<party> winner;
  lamports amount;
  std::optional<runtime::time_point> payment_due;
};
AINFT_DESCRIBE(auction_closed, winner, amount, payment_due)

struct settlement_begun {
  transaction_id transaction;
  party buyer;
  lamports amount;
};
AINFT_DESCRIBE(settlement_begun, transaction, buyer, amount)

/// The listing returns to its previous phase: live, or ended with its winner.
struct settlement_undone {
  transaction_id transaction;
  std::string reason;
};
AINFT_DESCRIBE(settlement_undone, transaction, reason)

struct listing_sold {
  transaction_id transaction;
  party buyer;
  lamports amount;
  solana::signature signature;
};
AINFT_DESCRIBE(listing_sold, transaction, buyer, amount, signature)

struct listing_cancelled {};
AINFT_DESCRIBE(listing_cancelled)

struct listing_failed {
  std::string reason;
};
AINFT_DESCRIBE(listing_failed, reason)

/// An operator struck a standing bid. `leader` and `highest` are the leader after that, and the leader's bid.
struct bid_struck {
  bid_id id;
  party bidder;
  positive_lamports amount;
  std::string reason;
  std::optional<party> leader;
  lamports highest;
  std::optional<runtime::time_point> payment_due; ///< for the new winner, if the auction had ended
};
AINFT_DESCRIBE(bid_struck, id, bidder, amount, reason, leader, highest, payment_due)

/// The winner did not pay in time. The bidder of the next highest standing bid, `leader`, wins and must pay `highest`
/// until `payment_due`.
struct payment_missed {
  bid_id id;
  party bidder;
  positive_lamports amount;
  party leader;
  lamports highest;
  runtime::time_point payment_due;
};
AINFT_DESCRIBE(payment_missed, id, bidder, amount, leader, highest, payment_due)

/// An operator ended or canceled the listing. The event that ends or cancels it follows.
struct operator_intervened {
  intervention action = intervention::end;
  std::string reason;
  runtime::time_point at;
};
AINFT_DESCRIBE(operator_intervened, action, reason, at)

} // namespace ainft::listing
