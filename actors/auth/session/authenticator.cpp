#include "actors/auth/session/authenticator.hpp"

#include "actors/auth/session/domain.hpp"
#include "actors/services.hpp"
#include "runtime/try.hpp"

namespace ainft::session {

using runtime::errc;
using runtime::refuse;

namespace {

constexpr size_t known_limit = 8192; ///< tokens in one part of the cache; a full part is emptied

/// The upper limit of auth.access-lifetime.
constexpr auto longest_token = std::chrono::hours{24};

} // namespace

boost::asio::awaitable<runtime::result<bearer>> authenticator::authenticate(std::string_view token) {
  const auto now = time_.now();
  {
    auto& part = part_of(token);
    std::lock_guard guard{part.mutex};
    if (const auto it = part.known.find(token); it != part.known.end() && now < it->second.expires_at)
      co_return it->second;
  }
  AINFT_CO_TRY(said, signer_.verify(token, now));
  const runtime::principal who{said.sub.get(), said.sid.get(), said.wallet.str()};
  auto question = caf::make_message(runtime::get_view{who});
  auto asked = co_await net::ask_entity(entities_, domain::kind, who.session, std::move(question), ask_timeout);
  if (!asked)
    co_return runtime::explain(asked.error()).code == errc::not_found
      ? refuse(errc::token_invalid, "the session is unknown")
      : std::move(asked.error());
  auto shown =
    runtime::from_json<view>(nlohmann::json::parse(asked->body), runtime::json_reader::unknown_fields::ignored);
  if (!shown || shown->revoked_at || shown->expires_at <= now)
    co_return refuse(errc::token_invalid, "the session has ended; sign in again");
  using std::chrono::sys_seconds, std::chrono::seconds;
  const bearer known{who, runtime::time_point{sys_seconds{seconds{said.exp}}}};
  remember(token, known);
  co_return known;
}

void authenticator::remember(std::string_view token, bearer b) {
  auto& part = part_of(token);
  std::lock_guard guard{part.mutex};
  if (has_ended(b.who.session))
    return;
  if (part.known.size() >= known_limit)
    part.known.clear();
  part.known.insert_or_assign(std::string{token}, std::move(b));
}

bool authenticator::has_ended(const runtime::uuid& session) {
  std::lock_guard guard{ended_mutex_};
  return ended_.contains(session);
}

void authenticator::forget(const runtime::uuid& session) {
  const auto now = time_.now();
  {
    std::lock_guard guard{ended_mutex_};
    std::erase_if(ended_, [now](const auto& e) { return e.second < now; });
    ended_[session] = now + longest_token;
  }
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    std::erase_if(part.known, [&](const auto& k) { return k.second.who.session == session; });
  }
}

} // namespace ainft::session
