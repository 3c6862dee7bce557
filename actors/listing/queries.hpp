#pragma once

#include "actors/listing/protocol.hpp"
#include "actors/nft/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"

namespace ainft::listing {

/// A listing in a list, with what one would show of it.
struct summary {
  listing_id id;
  nft_id nft;
  nft::nft_name name;
  std::string image_url;
  party seller;
  listing::kind kind = listing::kind::fixed;
  phase state = phase::awaiting_signature;
  std::optional<positive_lamports> price;   ///< of a fixed listing
  std::optional<positive_lamports> reserve; ///< of an auction
  std::optional<runtime::time_point> ends_at;
  uint64_t bid_count = 0;
  std::optional<lamports> highest_bid;
  runtime::time_point created_at;
  uint64_t version = 0;
};

template <class Inspector>
bool inspect(Inspector& f, summary& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("nft_id", x.nft), f.field("name", x.name),
                            f.field("image_url", x.image_url), f.field("seller", x.seller), f.field("kind", x.kind),
                            f.field("state", x.state), f.field("price", x.price), f.field("reserve", x.reserve),
                            f.field("ends_at", x.ends_at), f.field("bid_count", x.bid_count),
                            f.field("highest_bid", x.highest_bid), f.field("created_at", x.created_at),
                            f.field("version", x.version));
}

struct filter {
  std::optional<phase> state;
  std::optional<listing::kind> kind;
  std::optional<user_id> seller;
  std::optional<nft_id> nft;
};

/// Listings by id, one more than the page's limit if there are more.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page);

struct bid_row {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
  bid_state state = bid_state::placed;
  std::optional<std::string> reason; ///< of a bid that was struck
};

template <class Inspector>
bool inspect(Inspector& f, bid_row& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("bidder", x.bidder), f.field("amount", x.amount),
                            f.field("at", x.at), f.field("state", x.state), f.field("reason", x.reason));
}

/// Bids of a listing, the highest first, one more than the page's limit if there are more.
[[nodiscard]] std::vector<bid_row> list_bids(persistence::session& db, const listing_id& id, const http::page& page);

} // namespace ainft::listing
