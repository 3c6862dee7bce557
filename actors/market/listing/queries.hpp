#pragma once

#include "actors/list_reader.hpp"
#include "actors/market/listing/protocol.hpp"
#include "actors/market/nft/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::listing {

/// A listing as an item of a list, with the fields that a client shows.
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
AINFT_DESCRIBE(summary, id, (nft, "nft_id"), name, image_url, seller, kind, state, price, reserve, ends_at, bid_count,
               highest_bid, created_at, version)

struct filter {
  std::optional<phase> state;
  std::optional<listing::kind> kind;
  std::optional<user_id> seller;
  std::optional<nft_id> nft;
};
AINFT_DESCRIBE(filter, state, kind, (seller, "seller_id"), (nft, "nft_id"))

/// Listings by id. One more than the page's limit if more exist.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

struct bid_row {
  bid_id id;
  party bidder;
  positive_lamports amount;
  runtime::time_point at;
  bid_state state = bid_state::placed;
  std::optional<std::string> reason; ///< of a struck bid
};
AINFT_DESCRIBE(bid_row, id, bidder, amount, at, state, reason)

/// A listing's bids, highest first. One more than the page's limit if more exist.
[[nodiscard]] std::vector<bid_row> list_bids(persistence::session& db, const listing_id& id, const http::page& page);

} // namespace ainft::listing
