#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

namespace ainft::listing {

AINFT_ENUM(kind, fixed, auction)

AINFT_ENUM(phase, awaiting_signature, live, ended, settling, sold, cancelled, failed)

/// An operator's action on a listing: `end` closes an auction now, `cancel` cancels a listing.
AINFT_ENUM(intervention, end, cancel)

/// The state of a bid. An outbid bid stays `placed`.
AINFT_ENUM(bid_state, placed, struck, unpaid)

/// The reason of an operator's action on a listing or a bid. It is public.
using reason_text = runtime::display_text<500, 2000, 3>;

constexpr uint32_t default_max_raise = 10;

/// The body of POST /v1/listings.
struct new_listing {
  nft_id nft;
  listing::kind kind = listing::kind::fixed;
  std::optional<positive_lamports> price;
  std::optional<positive_lamports> reserve;
  std::optional<positive_lamports> min_increment;
  std::optional<runtime::time_point> ends_at;
};
AINFT_DESCRIBE(new_listing, (nft, "nft_id", about("A minted NFT in the caller's wallet, which has no open listing.")),
               (kind, about("`fixed`: anybody buys it at the price. `auction`: the highest bid at the end wins.")),
               (price, needed_for("kind", "fixed"), about("In lamports. The operator sets a least price.")),
               (reserve, needed_for("kind", "auction"), about("The lowest first bid, in lamports.")),
               (min_increment, needed_for("kind", "auction"),
                about("By how much a bid must exceed the highest one, in lamports.")),
               (ends_at, needed_for("kind", "auction"),
                about("When the auction ends: in the future and at most 90 days away.")))
AINFT_ABOUT(new_listing, "An offer of an NFT.")

/// The body of POST /v1/listings/{id}/bids.
struct new_bid {
  positive_lamports amount;
};
AINFT_DESCRIBE(new_bid, (amount, about("In lamports: from `nextBid` to `maxBid` of the listing.")))
AINFT_ABOUT(new_bid, "A bid in an auction.")

/// A user with the wallet that pays or is paid.
struct party {
  user_id user;
  wallet_address wallet;
  friend bool operator==(const party&, const party&) = default;
};
AINFT_DESCRIBE(party, (user, "user_id"), (wallet, about("The user's wallet, which pays or is paid.")))
AINFT_ABOUT(party, "A user who sells, bids or buys.")

/// The terms of a sale. They do not change after the listing is created.
struct terms {
  nft_id nft;
  solana::public_key mint;
  party seller;
  listing::kind kind = listing::kind::fixed;
  positive_lamports price; ///< of a fixed listing; the reserve of an auction
  positive_lamports min_increment;
  std::optional<runtime::time_point> ends_at;
  uint16_t royalty_bps = 0;
  std::vector<creator_share> creators;
  uint16_t fee_bps = 0;
  uint32_t payment_window = 0;  ///< seconds in which an auction's winner must pay
  uint32_t approval_window = 0; ///< seconds in which the seller must sign the approval
  /// A bid is at most this many times the highest bid, or the reserve if it is the first.
  uint32_t max_raise = default_max_raise;
};
AINFT_DESCRIBE(terms, (nft, "nft_id"), mint, seller, kind, price, min_increment, ends_at, royalty_bps, creators,
               fee_bps, payment_window, approval_window, (max_raise, defaulted))

struct create_listing {
  static constexpr bool creates = true;
  listing_id id;
  listing::terms terms;
};
AINFT_DESCRIBE(create_listing, id, terms)

struct place_bid {
  bid_id id;
  positive_lamports amount;
};
AINFT_DESCRIBE(place_bid, id, amount)

/// The seller cancels the listing. `unbacked` contains the bids that exceed the current balance of their bidders'
/// wallets. An auction is canceled only if no other bid stands.
struct cancel_listing {
  std::vector<bid_id> unbacked;
};
AINFT_DESCRIBE(cancel_listing, (unbacked, defaulted))

/// An operator strikes a standing bid, for example because its bidder is suspended or cannot pay.
struct strike_bid {
  bid_id id;
  reason_text reason;
};
AINFT_DESCRIBE(strike_bid, id, reason)

/// An operator ends or cancels the listing of any seller.
struct intervene {
  intervention action = intervention::end;
  reason_text reason;
};
AINFT_DESCRIBE(intervene, action, reason)

/// The platform reports that the seller's approval is on chain.
struct go_live {
  transaction_id transaction;
};
AINFT_DESCRIBE(go_live, transaction)

/// The platform has a purchase that the buyer has signed, and is about to submit it. From now on, nobody else can buy.
struct begin_settlement {
  transaction_id transaction;
  party buyer;
  lamports amount;
};
AINFT_DESCRIBE(begin_settlement, transaction, buyer, amount)

struct settlement_confirmed {
  transaction_id transaction;
  solana::signature signature;
};
AINFT_DESCRIBE(settlement_confirmed, transaction, signature)

struct settlement_failed {
  transaction_id transaction;
  std::string reason;
};
AINFT_DESCRIBE(settlement_failed, transaction, reason)

// -- answers --------------------------------------------------------------------------------------------------------

/// An operator's action on a listing.
struct intervention_view {
  intervention action = intervention::end;
  std::string reason;
  runtime::time_point at;
};
AINFT_DESCRIBE(intervention_view, (action, about("What the operator did.")), (reason, about("For everybody to read.")),
               (at, about("When.")))
AINFT_ABOUT(intervention_view, "What an operator did to a listing.")

struct view {
  listing_id id;
  nft_id nft;
  solana::public_key mint;
  party seller;
  listing::kind kind = listing::kind::fixed;
  phase state = phase::awaiting_signature;
  std::optional<positive_lamports> price;
  std::optional<positive_lamports> reserve;
  std::optional<positive_lamports> min_increment;
  std::optional<runtime::time_point> ends_at;
  uint16_t royalty_bps = 0;
  uint16_t fee_bps = 0;
  std::vector<creator_share> creators;
  uint64_t bid_count = 0;              ///< all placed bids, including those that no longer stand
  std::optional<lamports> highest_bid; ///< the highest standing bid
  std::optional<party> leader;
  /// Lowest valid amount of the next bid; absent if no higher bid is possible or the auction is not live.
  std::optional<lamports> next_bid;
  std::optional<lamports> max_bid; ///< highest valid amount of the next bid
  std::optional<runtime::time_point> payment_due;
  std::optional<party> buyer;
  std::optional<lamports> sale_price;
  std::optional<solana::signature> signature;
  std::optional<std::string> failure;
  std::optional<intervention_view> intervention; ///< the latest one
  runtime::time_point created_at;
};
AINFT_DESCRIBE(
  view, id, (nft, "nft_id"), (mint, "mint_address", about("The NFT's mint account on Solana.")),
  (seller, about("The user who sells.")), (kind, about("How it is sold.")),
  (state, about("`awaiting_signature`: the seller has not signed the approval yet. `live`: for sale. `ended`: the "
                "auction is over and its winner has not paid yet. `settling`: a purchase is on its way. `sold`, "
                "`cancelled` and `failed` are final.")),
  (price, about("In lamports; of a fixed listing.")),
  (reserve, about("The lowest first bid, in lamports; of an auction.")),
  (min_increment, about("By how much a bid must exceed the highest one, in lamports; of an auction.")),
  (ends_at, about("When the auction ends.")),
  (royalty_bps, between(0, 10'000), about("The creators' part of the price, in basis points.")),
  (fee_bps, between(0, 10'000), about("The platform's part of the price, in basis points.")),
  (creators, about("Who gets the royalty.")),
  (bid_count, about("The number of all bids, with those that no longer stand.")),
  (highest_bid, about("The highest standing bid, in lamports.")), (leader, about("Whose bid is the highest.")),
  (next_bid,
   about("The lowest amount of the next bid, in lamports. Absent if no higher bid is possible, or if this is no "
         "live auction.")),
  (max_bid, about("The highest amount of the next bid, in lamports.")),
  (payment_due, about("Until when the winner of an auction must pay.")), (buyer, about("Who buys or has bought it.")),
  (sale_price, about("What the buyer pays, in lamports.")),
  (signature, about("Of the transaction on Solana that moved the NFT.")), (failure, about("Why the listing failed.")),
  (intervention, about("The latest action of an operator.")), (created_at, about("When the seller offered it.")))
AINFT_ABOUT(view, "An NFT for sale, at a fixed price or in an auction.")

/// The response to a bid.
struct bid_view {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
  uint64_t bid_count = 0;
  std::optional<lamports> next_bid; ///< lowest valid amount of the next bid; absent if no higher bid is possible
  std::optional<lamports> max_bid;  ///< highest valid amount of the next bid; absent if next_bid is
};
AINFT_DESCRIBE(bid_view, id, (bidder, about("The caller.")), (amount, about("In lamports.")),
               (at, about("When it was placed.")),
               (bid_count, about("The number of the listing's bids, with this one.")),
               (next_bid,
                about("The lowest amount of the next bid, in lamports. Absent if no higher bid is possible.")),
               (max_bid, about("The highest amount of the next bid, in lamports. Absent if `nextBid` is.")))
AINFT_ABOUT(bid_view, "A bid that was placed.")

/// What other capabilities need for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "listing";
  using view = listing::view;
};

} // namespace ainft::listing
