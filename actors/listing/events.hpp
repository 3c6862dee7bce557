#pragma once

#include "actors/listing/protocol.hpp"

namespace ainft::listing {

struct listing_created {
  static constexpr uint16_t version = 2; ///< the terms have `max_raise` since; before, each auction has the default
  listing_id id;
  listing::terms terms;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, listing_created& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("terms", x.terms), f.field("at", x.at));
}

struct listing_live {
  transaction_id transaction;
};

template <class Inspector>
bool inspect(Inspector& f, listing_live& x) {
  return f.object(x).fields(f.field("transaction", x.transaction));
}

struct bid_placed {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, bid_placed& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("bidder", x.bidder), f.field("amount", x.amount), f.field("at", x.at));
}

struct auction_closed {
  std::optional<party> winner;
  lamports amount;
  std::optional<runtime::time_point> payment_due;
};

template <class Inspector>
bool inspect(Inspector& f, auction_closed& x) {
  return f.object(x).fields(f.field("winner", x.winner), f.field("amount", x.amount), f.field("payment_due", x.payment_due));
}

struct settlement_begun {
  transaction_id transaction;
  party buyer;
  lamports amount;
};

template <class Inspector>
bool inspect(Inspector& f, settlement_begun& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("buyer", x.buyer), f.field("amount", x.amount));
}

/// Back to where it was before: live, or ended with its winner.
struct settlement_undone {
  transaction_id transaction;
  std::string reason;
};

template <class Inspector>
bool inspect(Inspector& f, settlement_undone& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("reason", x.reason));
}

struct listing_sold {
  transaction_id transaction;
  party buyer;
  lamports amount;
  solana::signature signature;
};

template <class Inspector>
bool inspect(Inspector& f, listing_sold& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("buyer", x.buyer), f.field("amount", x.amount),
                            f.field("signature", x.signature));
}

struct listing_cancelled {};

template <class Inspector>
bool inspect(Inspector& f, listing_cancelled& x) {
  return f.object(x).fields();
}

struct listing_failed {
  std::string reason;
};

template <class Inspector>
bool inspect(Inspector& f, listing_failed& x) {
  return f.object(x).fields(f.field("reason", x.reason));
}

/// The platform took a standing bid off. `leader` and `highest` say who leads then, and with what.
struct bid_struck {
  bid_id id;
  party bidder;
  positive_lamports amount;
  std::string reason;
  std::optional<party> leader;
  lamports highest;
  std::optional<runtime::time_point> payment_due; ///< the new winner's, where the auction had ended
};

template <class Inspector>
bool inspect(Inspector& f, bid_struck& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("bidder", x.bidder), f.field("amount", x.amount),
                            f.field("reason", x.reason), f.field("leader", x.leader), f.field("highest", x.highest),
                            f.field("payment_due", x.payment_due));
}

/// The winner did not pay in time, and the next standing bid wins: `leader`, who pays `highest` until `payment_due`.
struct payment_missed {
  bid_id id;
  party bidder;
  positive_lamports amount;
  party leader;
  lamports highest;
  runtime::time_point payment_due;
};

template <class Inspector>
bool inspect(Inspector& f, payment_missed& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("bidder", x.bidder), f.field("amount", x.amount),
                            f.field("leader", x.leader), f.field("highest", x.highest),
                            f.field("payment_due", x.payment_due));
}

/// An operator ended or cancelled the listing; the event that does it follows.
struct operator_intervened {
  intervention action = intervention::end;
  std::string reason;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, operator_intervened& x) {
  return f.object(x).fields(f.field("action", x.action), f.field("reason", x.reason), f.field("at", x.at));
}

} // namespace ainft::listing
