#include "actors/studios/asset/publicity.hpp"

namespace ainft::asset {

using persistence::parameters;
using persistence::statement;

namespace {

publicity read_publicity(const pqxx::field& field) {
  return field.is_null() ? publicity::none : static_cast<publicity>(field.as<int>());
}

} // namespace

publicity publicity_of(persistence::session& db, const nft_id& id) {
  static constexpr statement select{"nft_publicity", "select max(nft_publicity(n)) from nfts n where id = $1"};
  return read_publicity(db.run(select, parameters{id})[0][0]);
}

publicity publicity_of(persistence::session& db, const asset_id& id) {
  static constexpr statement select{"asset_publicity", "select max(nft_publicity(n)) from nfts n where asset_id = $1"};
  return read_publicity(db.run(select, parameters{id})[0][0]);
}

std::optional<content_access> access_to(persistence::session& db, const content_hash& sha256, const user_id& reader) {
  static constexpr statement select{"content_access", R"sql(
    select min(a.content_type), bool_or(a.owner_id = $2),
           max((select max(nft_publicity(n)) from nfts n where n.asset_id = a.id))
    from assets a where a.sha256 = decode($1, 'hex'))sql"};
  const auto row = db.run(select, parameters{sha256, reader})[0];
  if (row[0].is_null())
    return std::nullopt;
  return content_access{persistence::read_value<media_type>(row[0]), read_publicity(row[2]), row[1].as<bool>()};
}

} // namespace ainft::asset
