// Lists and ends sessions.
#include "actors/admin/operations/routes.hpp"

#include "actors/auth/session/protocol.hpp"
#include "actors/realtime/api.hpp"
#include "actors/replies.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft::operations {

namespace {

using http::call;
using http::reply;

struct active_session {
  session_id id;
  user_id user;
  solana::wallet_address wallet;
  runtime::time_point created_at;
  runtime::time_point expires_at;
};
AINFT_DESCRIBE(active_session, id, user, (wallet, about("The user's wallet.")),
               (created_at, about("When the user signed in.")),
               (expires_at, about("When the session ends if its tokens are not refreshed.")))
AINFT_ABOUT(active_session, "A session that has not ended.")

struct ended_session {
  session_id ended;
};
AINFT_DESCRIBE(ended_session, ended)
AINFT_ABOUT(ended_session, "A session that was ended.")

std::vector<active_session> find_sessions(persistence::session& db, const std::optional<user_id>& of) {
  static constexpr persistence::statement select{"operations_sessions", R"sql(
    select s.id, s.user_id, u.wallet, s.created_at, s.expires_at from sessions s join users u on u.id = s.user_id
    where s.revoked_at is null and s.expires_at > now() and ($1::uuid is null or s.user_id = $1)
    order by s.id desc limit 200)sql"};
  std::vector<active_session> out;
  for (const auto& row : db.run(select, persistence::parameters{of}))
    out.push_back({session_id{persistence::read_uuid(row[0])}, user_id{persistence::read_uuid(row[1])},
                   persistence::read_value<solana::wallet_address>(row[2]), persistence::read_time(row[3]),
                   persistence::read_time(row[4])});
  return out;
}

task<reply> list(const services& s, call& c) {
  AINFT_CO_TRY(user, http::query_value<user_id>(c, "user"));
  auto q = [of = user](persistence::session& db) { return find_sessions(db, of); };
  co_return co_await all_of(s, std::move(q));
}

task<reply> kick(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<session_id>(c));
  auto done = co_await platform_command<session::entity>(s, id.get(), session::revoke_session{});
  if (!done)
    co_return std::move(done.error());
  co_return shown(ended_session{id});
}

} // namespace

void add_session_routes(http::route_table& routes, const node_service& service) {
  const auto& s = service.all();
  answers_all<active_session>(
    shows(routes, "/v1/admin/sessions", "sessions.read", "List active sessions", [&s](call& c) { return list(s, c); })
      .named("listActiveSessions")
      .describe("The latest 200, latest first.")
      .asks<user_id>("user", "Only sessions of this user."));
  changes(routes, service, "/v1/admin/sessions/{id}/end", "sessions.end_any", "End a session of any user",
          [&s](call& c) { return kick(s, c); })
    .named("endUserSession")
    .takes<session_id>("The session.")
    .describe("Its tokens become invalid at once, and its sockets close.")
    .answers<ended_session>();
}

} // namespace ainft::operations
