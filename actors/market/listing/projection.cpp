#include "actors/market/listing/domain.hpp"

namespace ainft::listing {

void project(const state& s, const domain::events& e, const runtime::decision_context& c, runtime::row_writes& rows) {
  static constexpr runtime::write_statement insert{"listings_insert", R"sql(
    insert into listings (id, nft_id, seller_id, kind, state, is_open, price, min_increment, ends_at, highest_bid,
      bid_count, version, created_at)
    select id, nft_id, seller_id, kind, state, true, price, min_increment, ends_at, 0, 0, version, created_at
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::numeric[], $7::numeric[],
      $8::timestamptz[], $9::timestamptz[], $10::bigint[])
      as n (id, nft_id, seller_id, kind, state, price, min_increment, ends_at, created_at, version))sql",
                                                   10};
  static constexpr runtime::write_statement update{"listings_update", R"sql(
    update listings l set state = n.state, is_open = n.is_open, highest_bid = n.highest_bid, leader_id = n.leader_id,
      bid_count = n.bid_count, buyer_id = n.buyer_id, sale_price = n.sale_price, signature = n.signature,
      version = n.version
    from unnest($1::uuid[], $2::text[], $3::boolean[], $4::numeric[], $5::uuid[], $6::bigint[], $7::uuid[],
      $8::numeric[], $9::text[], $10::bigint[])
      as n (id, state, is_open, highest_bid, leader_id, bid_count, buyer_id, sale_price, signature, version)
    where l.id = n.id)sql",
                                                   10};
  static constexpr runtime::write_statement insert_bid{"bids_insert", R"sql(
    insert into bids (id, listing_id, bidder_id, amount, at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::numeric[], $5::timestamptz[]))sql",
                                                       5};

  static constexpr runtime::write_statement update_bid{"bids_update", R"sql(
    update bids b set state = n.state, reason = n.reason
    from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, state, reason) where b.id = n.id)sql",
                                                       3};

  const auto& t = s.terms;
  if (std::holds_alternative<listing_created>(e)) {
    rows.insert(insert, s.id, t.nft, t.seller.user, t.kind, s.at, t.price, t.min_increment, t.ends_at, s.created_at,
                c.version);
    return;
  }
  if (const auto* bid = std::get_if<bid_placed>(&e))
    rows.insert(insert_bid, bid->id, s.id, bid->bidder.user, bid->amount, bid->at);
  if (const auto* bid = std::get_if<bid_struck>(&e))
    rows.upsert(update_bid, bid->id.get(), bid->id, bid_state::struck, bid->reason);
  if (const auto* bid = std::get_if<payment_missed>(&e))
    rows.upsert(update_bid, bid->id.get(), bid->id, bid_state::unpaid, std::optional<std::string>{});
  const auto* best = s.best();
  const auto leader = best ? std::optional{best->bidder.user} : std::nullopt;
  const auto highest = best ? lamports{best->amount.get()} : lamports{};
  const auto buyer = s.sold ? std::optional{s.sold->buyer.user} : std::nullopt;
  const auto price = s.sold ? std::optional{s.sold->amount} : std::nullopt;
  const auto signature = s.sold ? std::optional{s.sold->signature} : std::nullopt;
  rows.upsert(update, s.id.get(), s.id, s.at, is_open(s), highest, leader, s.bid_count, buyer, price, signature,
              c.version);
}

} // namespace ainft::listing
