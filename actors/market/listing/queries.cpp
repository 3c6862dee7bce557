#include "actors/market/listing/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::listing {

using namespace persistence;

namespace {

party read_party(const pqxx::row& row) {
  return {user_id{read_uuid(row["user_id"])}, read_value<wallet_address>(row["wallet"])};
}

} // namespace

std::vector<summary> list(persistence::session& db, const list_reader&, const filter& f, const http::page& page) {
  filtered_query query{"listings_list", R"sql(
    select l.id, l.nft_id, n.name, '/assets/' || encode(a.sha256, 'hex') as image_url, u.id as user_id, u.wallet,
      l.kind, l.state, l.price, l.ends_at, l.bid_count, l.highest_bid, l.created_at, l.version
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
    read_column(row["id"], x.id);
    read_column(row["nft_id"], x.nft);
    read_column(row["name"], x.name);
    read_column(row["image_url"], x.image_url);
    x.seller = read_party(row);
    read_column(row["kind"], x.kind);
    read_column(row["state"], x.state);
    read_column(row["price"], x.kind == kind::fixed ? x.price : x.reserve);
    read_column(row["ends_at"], x.ends_at);
    read_column(row["bid_count"], x.bid_count);
    if (const auto highest = read_value<lamports>(row["highest_bid"]); highest.get() > 0)
      x.highest_bid = highest;
    read_column(row["created_at"], x.created_at);
    read_column(row["version"], x.version);
  }
  return out;
}

std::vector<bid_row> list_bids(persistence::session& db, const listing_id& id, const http::page& page) {
  filtered_query query{"bids_list",
                       "select b.id, u.id as user_id, u.wallet, b.amount, b.at, b.state, b.reason from bids b "
                       "join users u on u.id = b.bidder_id"};
  query.where("b.listing_id = $", id)
    .where("(b.amount, b.id) < (select x.amount, x.id from bids x where x.listing_id = b.listing_id and x.id = $)",
           page.after_text());
  std::vector<bid_row> out;
  for (const auto& row : query.run(db, " order by b.amount desc, b.id desc limit $", page.limit + 1)) {
    auto& x = out.emplace_back();
    read_column(row["id"], x.id);
    x.bidder = read_party(row);
    read_column(row["amount"], x.amount);
    read_column(row["at"], x.at);
    read_column(row["state"], x.state);
    read_column(row["reason"], x.reason);
  }
  return out;
}

std::optional<listing_id> open_listing_of(persistence::session& db, const nft_id& nft) {
  static constexpr statement select{"listings_open_of_nft", "select id from listings where nft_id = $1 and is_open"};
  const auto rows = db.run(select, parameters{nft});
  return rows.empty() ? std::nullopt : std::optional{listing_id{read_uuid(rows[0][0])}};
}

std::optional<studio_id> studio_of(persistence::session& db, const runtime::uuid& listing) {
  static constexpr statement select{"listings_studio", R"sql(
    select n.studio_id from listings l join nfts n on n.id = l.nft_id where l.id = $1)sql"};
  const auto rows = db.run(select, parameters{listing});
  return rows.empty() ? std::nullopt : std::optional{studio_id{read_uuid(rows[0][0])}};
}

} // namespace ainft::listing
