#include "actors/market/listing/queries.hpp"

#include "persistence/filtered_query.hpp"

namespace ainft::listing {

using namespace persistence;

namespace {

party read_party(const pqxx::field& user, const pqxx::field& wallet) {
  return {user_id{read_uuid(user)}, read_value<wallet_address>(wallet)};
}

} // namespace

std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page) {
  filtered_query query{"listings_list", R"sql(
    select l.id, l.nft_id, n.name, '/assets/' || encode(a.sha256, 'hex'), l.seller_id, u.wallet, l.kind, l.state,
      l.price, l.ends_at, l.bid_count, l.highest_bid, l.created_at, l.version
    from listings l join nfts n on n.id = l.nft_id join assets a on a.id = n.asset_id
    join users u on u.id = l.seller_id)sql"};
  query.where("l.state = $", f.state)
    .where("l.kind = $", f.kind)
    .where("l.seller_id = $", f.seller)
    .where("l.nft_id = $", f.nft)
    .where("l.id > $", page.after_text());
  std::vector<summary> out;
  for (const auto& row : query.run(db, " order by l.id limit $", page.limit + 1)) {
    auto& x = out.emplace_back();
    x.id = listing_id{read_uuid(row[0])};
    x.nft = nft_id{read_uuid(row[1])};
    x.name = read_value<nft::nft_name>(row[2]);
    x.image_url = row[3].c_str();
    x.seller = read_party(row[4], row[5]);
    x.kind = read_value<kind>(row[6]);
    x.state = read_value<phase>(row[7]);
    (x.kind == kind::fixed ? x.price : x.reserve) = read_value<positive_lamports>(row[8]);
    if (!row[9].is_null())
      x.ends_at = read_time(row[9]);
    x.bid_count = row[10].as<uint64_t>();
    if (const auto highest = read_value<lamports>(row[11]); highest.get() > 0)
      x.highest_bid = highest;
    x.created_at = read_time(row[12]);
    x.version = row[13].as<uint64_t>();
  }
  return out;
}

std::vector<bid_row> list_bids(persistence::session& db, const listing_id& id, const http::page& page) {
  filtered_query query{"bids_list", "select b.id, b.bidder_id, u.wallet, b.amount, b.at, b.state, b.reason from bids b "
                                    "join users u on u.id = b.bidder_id"};
  query.where("b.listing_id = $", id)
    .where("(b.amount, b.id) < (select x.amount, x.id from bids x where x.listing_id = b.listing_id and x.id = $)",
           page.after_text());
  std::vector<bid_row> out;
  for (const auto& row : query.run(db, " order by b.amount desc, b.id desc limit $", page.limit + 1)) {
    auto& x = out.emplace_back();
    x.id = bid_id{read_uuid(row[0])};
    x.bidder = read_party(row[1], row[2]);
    x.amount = read_value<positive_lamports>(row[3]);
    x.at = read_time(row[4]);
    x.state = read_value<bid_state>(row[5]);
    if (!row[6].is_null())
      x.reason = row[6].c_str();
  }
  return out;
}

} // namespace ainft::listing
