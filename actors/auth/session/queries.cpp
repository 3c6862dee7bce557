#include "actors/auth/session/queries.hpp"

namespace ainft::session {

using persistence::parameters;
using persistence::statement;

bool store_nonce(persistence::session& db, const sign_in_message& message) {
  static constexpr statement store{"nonces_store", R"sql(
    with expired as (
      delete from sign_in_nonces where nonce in (
        select nonce from sign_in_nonces where expires_at < now() order by expires_at limit 20 for update skip locked))
    insert into sign_in_nonces (nonce, address, message, expires_at) values ($1, $2, $3, $4))sql"};
  db.run(store, parameters{message.nonce, message.address.str(), message.text(), message.expires_at});
  return true;
}

bool take_nonce(persistence::session& db, const wallet_address& address, const std::string& message) {
  static constexpr statement take{"nonces_take", R"sql(
    delete from sign_in_nonces where address = $1 and message = $2 and expires_at > now())sql"};
  return db.run(take, parameters{address.str(), message}).affected_rows() == 1;
}

std::optional<user_id> find_user(persistence::session& db, const wallet_address& wallet) {
  static constexpr statement find{"users_by_wallet", "select id from users where wallet = $1"};
  const auto found = db.run(find, parameters{wallet.str()});
  return found.empty() ? std::nullopt : std::optional{user_id{persistence::read_uuid(found[0][0])}};
}

} // namespace ainft::session
