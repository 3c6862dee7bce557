#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

namespace ainft::listing {

enum class kind : uint8_t { fixed, auction };
constexpr auto enum_names(kind) { return std::array<std::string_view, 2>{"fixed", "auction"}; }

enum class phase : uint8_t { awaiting_signature, live, ended, settling, sold, cancelled, failed };
constexpr auto enum_names(phase) {
  return std::array<std::string_view, 7>{"awaiting_signature", "live", "ended", "settling", "sold", "cancelled", "failed"};
}

/// What an operator does to a listing: `end` closes an auction now, `cancel` takes a listing off.
enum class intervention : uint8_t { end, cancel };
constexpr auto enum_names(intervention) { return std::array<std::string_view, 2>{"end", "cancel"}; }

/// What became of a bid, beside being outbid.
enum class bid_state : uint8_t { placed, struck, unpaid };
constexpr auto enum_names(bid_state) { return std::array<std::string_view, 3>{"placed", "struck", "unpaid"}; }

/// Why an operator does something to a listing or a bid; everybody can read it.
using reason_text = runtime::display_text<500, 2000, 3>;

constexpr uint32_t default_max_raise = 10;

/// The body of POST /v1/listings: a fixed listing has a price, an auction a reserve, an increment and an end.
struct new_listing {
  nft_id nft;
  listing::kind kind = listing::kind::fixed;
  std::optional<positive_lamports> price;
  std::optional<positive_lamports> reserve;
  std::optional<positive_lamports> min_increment;
  std::optional<runtime::time_point> ends_at;
};

template <class Inspector>
bool inspect(Inspector& f, new_listing& x) {
  return f.object(x).fields(f.field("nft_id", x.nft), f.field("kind", x.kind), f.field("price", x.price),
                            f.field("reserve", x.reserve), f.field("min_increment", x.min_increment),
                            f.field("ends_at", x.ends_at));
}

/// The body of POST /v1/listings/{id}/bids.
struct new_bid {
  positive_lamports amount;
};

template <class Inspector>
bool inspect(Inspector& f, new_bid& x) {
  return f.object(x).fields(f.field("amount", x.amount));
}

/// A person with the wallet that pays or is paid.
struct party {
  user_id user;
  wallet_address wallet;
  friend bool operator==(const party&, const party&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, party& x) {
  return f.object(x).fields(f.field("user_id", x.user), f.field("wallet", x.wallet));
}

/// What is sold and on which terms; fixed when the listing is made.
struct terms {
  nft_id nft;
  solana::public_key mint;
  party seller;
  listing::kind kind = listing::kind::fixed;
  positive_lamports price; ///< of a fixed listing; an auction's reserve
  positive_lamports min_increment;
  std::optional<runtime::time_point> ends_at;
  uint16_t royalty_bps = 0;
  std::vector<creator_share> creators;
  uint16_t fee_bps = 0;
  uint32_t payment_window = 0;  ///< seconds that an auction's winner has to pay
  uint32_t approval_window = 0; ///< seconds that the seller has to sign the approval
  uint32_t max_raise = default_max_raise; ///< a bid is at most this many times the highest one; the first, the reserve
};

template <class Inspector>
bool inspect(Inspector& f, terms& x) {
  return f.object(x).fields(f.field("nft_id", x.nft), f.field("mint", x.mint), f.field("seller", x.seller),
                            f.field("kind", x.kind), f.field("price", x.price), f.field("min_increment", x.min_increment),
                            f.field("ends_at", x.ends_at), f.field("royalty_bps", x.royalty_bps),
                            f.field("creators", x.creators), f.field("fee_bps", x.fee_bps),
                            f.field("payment_window", x.payment_window), f.field("approval_window", x.approval_window),
                            f.field("max_raise", x.max_raise).fallback(default_max_raise));
}

struct create_listing {
  static constexpr bool creates = true;
  listing_id id;
  listing::terms terms;
};

template <class Inspector>
bool inspect(Inspector& f, create_listing& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("terms", x.terms));
}

struct place_bid {
  bid_id id;
  positive_lamports amount;
};

template <class Inspector>
bool inspect(Inspector& f, place_bid& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("amount", x.amount));
}

/// The seller takes the listing off. `unbacked` are the bids that the platform has just found to be more than their
/// bidders' wallets hold: an auction is cancelled when no other bid stands.
struct cancel_listing {
  std::vector<bid_id> unbacked;
};

template <class Inspector>
bool inspect(Inspector& f, cancel_listing& x) {
  return f.object(x).fields(f.field("unbacked", x.unbacked).fallback(std::vector<bid_id>{}));
}

/// An operator takes a standing bid off: its bidder is suspended, or cannot pay it.
struct strike_bid {
  bid_id id;
  reason_text reason;
};

template <class Inspector>
bool inspect(Inspector& f, strike_bid& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("reason", x.reason));
}

/// An operator ends or cancels the listing, whoever its seller is.
struct intervene {
  intervention action = intervention::end;
  reason_text reason;
};

template <class Inspector>
bool inspect(Inspector& f, intervene& x) {
  return f.object(x).fields(f.field("action", x.action), f.field("reason", x.reason));
}

/// The platform says that the seller's approval is on chain.
struct go_live {
  transaction_id transaction;
};

template <class Inspector>
bool inspect(Inspector& f, go_live& x) {
  return f.object(x).fields(f.field("transaction", x.transaction));
}

/// The platform holds a purchase that the buyer has signed, and is about to submit it: from here on nobody else buys.
struct begin_settlement {
  transaction_id transaction;
  party buyer;
  lamports amount;
};

template <class Inspector>
bool inspect(Inspector& f, begin_settlement& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("buyer", x.buyer), f.field("amount", x.amount));
}

struct settlement_confirmed {
  transaction_id transaction;
  solana::signature signature;
};

template <class Inspector>
bool inspect(Inspector& f, settlement_confirmed& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("signature", x.signature));
}

struct settlement_failed {
  transaction_id transaction;
  std::string reason;
};

template <class Inspector>
bool inspect(Inspector& f, settlement_failed& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("reason", x.reason));
}

// -- answers --------------------------------------------------------------------------------------------------------

/// What an operator did to a listing.
struct intervention_view {
  intervention action = intervention::end;
  std::string reason;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, intervention_view& x) {
  return f.object(x).fields(f.field("action", x.action), f.field("reason", x.reason), f.field("at", x.at));
}

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
  uint64_t bid_count = 0; ///< bids that were placed, also those that do not stand any more
  std::optional<lamports> highest_bid; ///< that stands
  std::optional<party> leader;
  std::optional<lamports> next_bid; ///< the least that the next bid must be; absent when no higher one is possible
  std::optional<lamports> max_bid;  ///< the most that the next bid may be
  std::optional<runtime::time_point> payment_due;
  std::optional<party> buyer;
  std::optional<lamports> sale_price;
  std::optional<solana::signature> signature;
  std::optional<std::string> failure;
  std::optional<intervention_view> intervention; ///< the latest
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(
    f.field("id", x.id), f.field("nft_id", x.nft), f.field("mint_address", x.mint), f.field("seller", x.seller),
    f.field("kind", x.kind), f.field("state", x.state), f.field("price", x.price), f.field("reserve", x.reserve),
    f.field("min_increment", x.min_increment), f.field("ends_at", x.ends_at), f.field("royalty_bps", x.royalty_bps),
    f.field("fee_bps", x.fee_bps), f.field("creators", x.creators), f.field("bid_count", x.bid_count),
    f.field("highest_bid", x.highest_bid), f.field("leader", x.leader), f.field("next_bid", x.next_bid),
    f.field("max_bid", x.max_bid), f.field("payment_due", x.payment_due), f.field("buyer", x.buyer),
    f.field("sale_price", x.sale_price), f.field("signature", x.signature), f.field("failure", x.failure),
    f.field("intervention", x.intervention), f.field("created_at", x.created_at));
}

/// What a bid is answered with.
struct bid_view {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
  uint64_t bid_count = 0;
  std::optional<lamports> next_bid; ///< the least that the next bid must be; absent when no higher one is possible
};

template <class Inspector>
bool inspect(Inspector& f, bid_view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("bidder", x.bidder), f.field("amount", x.amount), f.field("at", x.at),
                            f.field("bid_count", x.bid_count), f.field("next_bid", x.next_bid));
}

} // namespace ainft::listing

CAF_BEGIN_TYPE_ID_BLOCK(ainft_listing, ainft::runtime::capability_type_ids(6))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::create_listing))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::place_bid))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::cancel_listing))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::go_live))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::begin_settlement))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::settlement_confirmed))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::settlement_failed))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::strike_bid))
  CAF_ADD_TYPE_ID(ainft_listing, (ainft::listing::intervene))
CAF_END_TYPE_ID_BLOCK(ainft_listing)
