#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/messages.hpp"

namespace ainft::listing {

enum class kind : uint8_t { fixed, auction };
constexpr auto enum_names(kind) { return std::array<std::string_view, 2>{"fixed", "auction"}; }

enum class phase : uint8_t { awaiting_signature, live, ended, settling, sold, cancelled, failed };
constexpr auto enum_names(phase) {
  return std::array<std::string_view, 7>{"awaiting_signature", "live", "ended", "settling", "sold", "cancelled", "failed"};
}

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
};

template <class Inspector>
bool inspect(Inspector& f, terms& x) {
  return f.object(x).fields(f.field("nft_id", x.nft), f.field("mint", x.mint), f.field("seller", x.seller),
                            f.field("kind", x.kind), f.field("price", x.price), f.field("min_increment", x.min_increment),
                            f.field("ends_at", x.ends_at), f.field("royalty_bps", x.royalty_bps),
                            f.field("creators", x.creators), f.field("fee_bps", x.fee_bps),
                            f.field("payment_window", x.payment_window), f.field("approval_window", x.approval_window));
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

struct cancel_listing {};

template <class Inspector>
bool inspect(Inspector& f, cancel_listing& x) {
  return f.object(x).fields();
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

// -- events ---------------------------------------------------------------------------------------------------------

struct listing_created {
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

// -- answers --------------------------------------------------------------------------------------------------------

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
  uint64_t bid_count = 0;
  std::optional<lamports> highest_bid;
  std::optional<party> leader;
  std::optional<lamports> next_bid; ///< the least that the next bid must be
  std::optional<runtime::time_point> payment_due;
  std::optional<party> buyer;
  std::optional<lamports> sale_price;
  std::optional<solana::signature> signature;
  std::optional<std::string> failure;
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
    f.field("payment_due", x.payment_due), f.field("buyer", x.buyer), f.field("sale_price", x.sale_price),
    f.field("signature", x.signature), f.field("failure", x.failure), f.field("created_at", x.created_at));
}

/// What a bid is answered with.
struct bid_view {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
  uint64_t bid_count = 0;
  lamports next_bid;
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
CAF_END_TYPE_ID_BLOCK(ainft_listing)
