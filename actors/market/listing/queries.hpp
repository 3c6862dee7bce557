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
AINFT_DESCRIBE(summary, id, (nft, "nft_id"), (name, about("The NFT's name.")),
               (image_url, about("The NFT's image, relative to the platform's URL.")),
               (seller, about("The user who sells.")), (kind, about("How it is sold.")),
               (state, about("As in the listing itself.")), (price, about("In lamports; of a fixed listing.")),
               (reserve, about("The lowest first bid, in lamports; of an auction.")),
               (ends_at, about("When the auction ends.")), (bid_count, about("The number of all bids.")),
               (highest_bid, about("The highest standing bid, in lamports.")),
               (created_at, about("When the seller offered it.")),
               (version, about("The listing's version: the number in its ETag.")))
AINFT_ABOUT(summary, "A listing in a list.")

struct filter {
  std::optional<phase> state;
  std::optional<listing::kind> kind;
  std::optional<user_id> seller;
  std::optional<nft_id> nft;
};
AINFT_DESCRIBE(filter, (state, about("Only listings in this state.")), (kind, about("Only listings of this kind.")),
               (seller, "seller_id", about("Only listings of this user.")),
               (nft, "nft_id", about("Only listings of this NFT.")))

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
AINFT_DESCRIBE(bid_row, id, (bidder, about("Who bids.")), (amount, about("In lamports.")),
               (at, about("When it was placed.")),
               (state,
                about("`struck`: an operator removed it. `unpaid`: it won, and its bidder did not pay in time. An "
                      "outbid bid stays `placed`.")),
               (reason, about("Why an operator struck it.")))
AINFT_ABOUT(bid_row, "A bid in the list of a listing's bids.")

/// A listing's bids, highest first. One more than the page's limit if more exist.
[[nodiscard]] std::vector<bid_row> list_bids(persistence::session& db, const listing_id& id, const http::page& page);

/// The open listing of an NFT; none if it has none.
[[nodiscard]] std::optional<listing_id> open_listing_of(persistence::session& db, const nft_id& nft);

/// The studio of the listing's NFT; none if the listing does not exist.
[[nodiscard]] std::optional<studio_id> studio_of(persistence::session& db, const runtime::uuid& listing);

} // namespace ainft::listing
