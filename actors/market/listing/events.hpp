#pragma once

#include "actors/market/listing/protocol.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::listing {

struct listing_created {
  static constexpr bool shows_view = true;
  static constexpr uint16_t version = 2; ///< version 1 has no `max_raise`; its default applies
  listing_id id;
  listing::terms terms;
  runtime::time_point at;
};
AINFT_DESCRIBE(listing_created, id, terms, at)
AINFT_ABOUT(listing_created, "The seller has offered the NFT, and must now sign the approval. `data` is the listing.")

struct listing_live {
  transaction_id transaction;
};
AINFT_DESCRIBE(listing_live,
               (transaction, shown_as("transaction_id"), about("The seller's approval, which is on Solana.")))
AINFT_ABOUT(listing_live, "The NFT is for sale: the listing is `live`.")

struct bid_placed {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
};
AINFT_DESCRIBE(bid_placed, (id, about("Of the bid.")), (bidder, about("Who now leads.")),
               (amount, about("The listing's new `highestBid`, in lamports.")), (at, about("When it was placed.")))
AINFT_ABOUT(bid_placed, "Somebody has placed the highest bid.")

struct auction_closed {
  std::optional<party> winner;
  lamports amount;
  std::optional<runtime::time_point> payment_due;
};
AINFT_DESCRIBE(auction_closed, winner, amount, payment_due)
AINFT_ABOUT(auction_closed, "The auction is over: the listing is `ended`. Without a winner, it stays so.")

struct settlement_begun {
  transaction_id transaction;
  party buyer;
  lamports amount;
};
AINFT_DESCRIBE(settlement_begun,
               (transaction, shown_as("transaction_id"), about("The purchase, which is on its way to Solana.")),
               (buyer, about("Who buys.")),
               (amount, shown_as("sale_price"), about("What the buyer pays, in lamports.")))
AINFT_ABOUT(settlement_begun, "A buyer has signed the purchase: the listing is `settling`, and nobody else can buy.")

/// The listing returns to its previous phase: live, or ended with its winner.
struct settlement_undone {
  transaction_id transaction;
  std::string reason;
};
AINFT_DESCRIBE(settlement_undone, (transaction, shown_as("transaction_id"), about("The purchase that failed.")),
               (reason, about("Why it failed.")))
AINFT_ABOUT(settlement_undone, "The purchase failed: the listing is `live` again or, after an auction, `ended`.")

struct listing_sold {
  transaction_id transaction;
  party buyer;
  lamports amount;
  solana::signature signature;
};
AINFT_DESCRIBE(listing_sold, (transaction, shown_as("transaction_id"), about("The purchase.")),
               (buyer, about("Who has bought the NFT.")),
               (amount, shown_as("sale_price"), about("What the buyer paid, in lamports.")),
               (signature, about("Of the purchase on Solana.")))
AINFT_ABOUT(listing_sold, "The NFT is the buyer's, and the price is paid: the listing is `sold`.")

struct listing_cancelled {};
AINFT_DESCRIBE(listing_cancelled)
AINFT_ABOUT(listing_cancelled, "The seller or an operator canceled the listing: it is `cancelled`.")

struct listing_failed {
  std::string reason;
};
AINFT_DESCRIBE(listing_failed, (reason, shown_as("failure"), about("Why.")))
AINFT_ABOUT(listing_failed, "The NFT can no longer be sold by this listing: the listing is `failed`.")

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
AINFT_ABOUT(bid_struck, "An operator struck a bid, which no longer counts.")

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
AINFT_DESCRIBE(payment_missed, (id, about("The bid of the winner who did not pay.")), (bidder, about("Its bidder.")),
               (amount, about("Its amount, in lamports.")), (leader, about("The new winner.")),
               (highest, shown_as("highest_bid"), about("What the new winner must pay, in lamports.")),
               (payment_due, about("Until when.")))
AINFT_ABOUT(payment_missed, "The winner of an auction did not pay in time, so the next highest bidder wins.")

/// An operator ended or canceled the listing. The event that ends or cancels it follows.
struct operator_intervened {
  intervention action = intervention::end;
  std::string reason;
  runtime::time_point at;
};
AINFT_DESCRIBE(operator_intervened, (action, about("What the operator did.")),
               (reason, about("For everybody to read.")), (at, about("When.")))
AINFT_ABOUT(operator_intervened, "An operator ended or canceled the listing. The event that does it follows.")

// -- public forms ----------------------------------------------------------------------------------------------------

/// What clients see of auction_closed. Without a winner, all members are absent.
struct closing {
  static constexpr std::string_view api_name = "AuctionClosed";
  std::optional<party> leader;
  std::optional<lamports> highest_bid;
  std::optional<runtime::time_point> payment_due;
};
AINFT_DESCRIBE(closing, (leader, about("Who has won. Absent if there is no standing bid.")),
               (highest_bid, about("What the winner must pay, in lamports.")), (payment_due, about("Until when.")))

AINFT_ABOUT(closing, "The end of an auction.")

[[nodiscard]] inline closing shown(const auction_closed& e) {
  return {e.winner, e.winner ? std::optional{e.amount} : std::nullopt, e.payment_due};
}

/// What clients see of bid_struck.
struct struck_bid {
  static constexpr std::string_view api_name = "BidStruck";
  bid_id id;
  party bidder;
  positive_lamports amount;
  std::string reason;
  std::optional<party> leader;
  std::optional<lamports> highest_bid;
  std::optional<runtime::time_point> payment_due;
};
AINFT_DESCRIBE(struck_bid, (id, about("Of the bid.")), (bidder, about("Whose bid it was.")),
               (amount, about("Its amount, in lamports.")), (reason, about("For everybody to read.")),
               (leader, about("Who leads now. Absent if no bid stands.")),
               (highest_bid, about("The highest bid now, in lamports.")),
               (payment_due, about("Until when the new winner must pay, if the auction had ended.")))

AINFT_ABOUT(struck_bid, "A bid that an operator struck.")

[[nodiscard]] inline struck_bid shown(const bid_struck& e) {
  return {e.id,         e.bidder, e.amount, e.reason, e.leader, e.leader ? std::optional{e.highest} : std::nullopt,
          e.payment_due};
}

} // namespace ainft::listing
