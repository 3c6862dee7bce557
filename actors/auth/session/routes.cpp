#include "actors/auth/session/routes.hpp"

#include "actors/auth/session/authenticator.hpp"
#include "actors/auth/session/domain.hpp"
#include "actors/auth/session/queries.hpp"
#include "actors/auth/user/protocol.hpp"
#include "actors/replies.hpp"
#include "net/base64.hpp"
#include "net/http/client_address.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

#include <sodium.h>

namespace ainft {

using namespace session;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;
using runtime::refuse;

namespace {

struct challenge_request {
  wallet_address address;
};
AINFT_DESCRIBE(challenge_request, (address, about("The Solana address of the wallet that will sign.")))
AINFT_ABOUT(challenge_request, "The wallet that wants to sign in.")

struct challenge {
  std::string message;
  std::string nonce;
  runtime::time_point expires_at;
};
AINFT_DESCRIBE(challenge, (message, about("The text to sign, byte by byte (Sign-In with Solana).")),
               (nonce, about("The random part of the message: 128 bits in base58.")),
               (expires_at, about("Until when the platform accepts the signed message, once.")))
AINFT_ABOUT(challenge, "A message for a wallet to sign.")

struct signed_challenge {
  wallet_address address;
  std::string message;
  solana::signature signature;
};
AINFT_DESCRIBE(signed_challenge, (address, about("The Solana address of the wallet that signed.")),
               (message, about("The `message` of the challenge, unchanged.")),
               (signature, about("The wallet's ed25519 signature of the message: 64 bytes in base58.")))
AINFT_ABOUT(signed_challenge, "A challenge that a wallet has signed.")

struct refresh_request {
  std::string refresh_token;
};
AINFT_DESCRIBE(refresh_request, (refresh_token, about("The session's latest refresh token.")))
AINFT_ABOUT(refresh_request, "A refresh token to exchange.")

struct token_pair {
  std::string access_token;
  std::string refresh_token;
  uint64_t expires_in = 0; ///< lifetime of the access token in seconds
  user::view user;
};
AINFT_DESCRIBE(token_pair, (access_token, about("A JWT for the header field `Authorization: Bearer …`.")),
               (refresh_token, about("An opaque text for `refreshTokens`, to be exchanged once.")),
               (expires_in, about("The lifetime of the access token, in seconds.")),
               (user, about("The user who has signed in.")))
AINFT_ABOUT(token_pair, "The tokens of a session.")

struct me {
  user::view user;
  session::view session;
};
AINFT_DESCRIBE(me, (user, about("The user who has signed in.")), (session, about("The session of the access token.")))
AINFT_ABOUT(me, "The caller.")

/// Opaque to clients. It holds the session's id and 32 random bytes.
std::string make_refresh_token(const session_id& id) {
  std::array<char, 32> secret;
  randombytes_buf(secret.data(), secret.size());
  std::string bytes{reinterpret_cast<const char*>(id.get().bytes.data()), id.get().bytes.size()};
  return net::base64url_encode(bytes.append(secret.data(), secret.size()));
}

runtime::result<session_id> session_of(std::string_view refresh_token) {
  const auto bytes = net::base64url_decode(refresh_token);
  if (!bytes || bytes->size() != 48)
    return refuse(errc::token_invalid, "the refresh token was not issued by this platform");
  runtime::uuid id;
  std::copy_n(bytes->begin(), id.bytes.size(), id.bytes.begin());
  return session_id{id};
}

token_pair tokens_for(const services& s, user::view who, const session_id& id, std::string refresh_token) {
  const auto now = static_cast<uint64_t>(s.host.time().now().unix_seconds());
  const auto lifetime = static_cast<uint64_t>(s.auth.access_lifetime.count());
  auto token = s.tokens.sign({s.platform.public_url, who.id, id, who.wallet, now, now + lifetime});
  return {std::move(token), std::move(refresh_token), lifetime, who};
}

task<reply> give_challenge(const services& s, call&, challenge_request body) {
  const auto now = s.host.time().now();
  sign_in_message message{s.auth.domain, body.address, s.platform.public_url,      s.auth.chain_id,
                          make_nonce(),  now,          now + s.auth.nonce_lifetime};
  auto q = [message](persistence::session& db) { return store_nonce(db, message); };
  AINFT_CO_TRY(stored, co_await net::query(s.db, std::move(q)));
  co_return http::json_reply(challenge{message.text(), message.nonce, message.expires_at});
}

/// The user with this wallet. Creates the user at the first sign-in; concurrent sign-ins create only one.
task<user::view> user_of(const services& s, wallet_address wallet) {
  const auto find = [wallet](persistence::session& db) { return find_user(db, wallet); };
  auto found = co_await net::query(s.db, find);
  if (found && !*found) {
    const user_id id = user_id::make();
    const user::create_user create{id, wallet};
    auto made = co_await platform_command<user::entity>(s, id.get(), create);
    if (made)
      co_return co_await read<user::entity>(s, id.get());
    if (runtime::explain(made.error()).code != errc::conflict)
      co_return std::move(made.error());
    found = co_await net::query(s.db, find);
  }
  if (!found || !*found)
    co_return found ? refuse(errc::unavailable, "the user could not be created; retry") : std::move(found.error());
  co_return co_await read<user::entity>(s, (*found)->get());
}

task<reply> verify_challenge(const services& s, call& c, signed_challenge body) {
  if (!solana::verify(body.address, body.message, body.signature))
    co_return caf::make_error(
      errc::signature_invalid, "the signature does not verify for this address and message",
      std::vector<runtime::field_error>{{"/signature", "must be the signature of the message by the address's key"}});
  auto q = [address = body.address, message = body.message](persistence::session& db) {
    return take_nonce(db, address, message);
  };
  AINFT_CO_TRY(taken, co_await net::query(s.db, std::move(q)));
  if (!taken)
    co_return refuse(errc::nonce_unknown,
                     "this message was not issued for this address, was already used, or has expired");
  AINFT_CO_TRY(who, co_await user_of(s, body.address));
  const session_id id{runtime::uuid::make()};
  auto refresh = make_refresh_token(id);
  open_session open{id, who.id, token_hash::of(refresh), s.host.time().now() + s.auth.refresh_lifetime};
  AINFT_CO_TRY(opened, co_await command<session::domain>(s, id.get(), c.context(), std::move(open)));
  co_return http::json_reply(tokens_for(s, who, id, std::move(refresh)));
}

/// Identifies the client: a hash of its address (for IPv6, the network, as in rate limits), its User-Agent and the
/// presented token. Without the token, the hash does not reveal them, and nobody can tell that two exchanges have the
/// same client. Empty for a call over a socket, which has neither address nor headers.
std::optional<token_hash> client_of(const call& c, std::string_view refresh_token) {
  if (c.peer.empty() || !c.headers)
    return std::nullopt;
  std::string all{refresh_token};
  all.append("\n").append(http::rate_source(c.peer)).append("\n");
  if (const auto agent = c.headers->find(boost::beast::http::field::user_agent); agent != c.headers->end())
    all.append(agent->value().data(), agent->value().size());
  return token_hash::of(all);
}

task<reply> refresh_tokens(const services& s, call& c, refresh_request body) {
  AINFT_CO_TRY(id, session_of(body.refresh_token));
  auto next = make_refresh_token(id);
  rotate_token rotate{token_hash::of(body.refresh_token), token_hash::of(next),
                      s.host.time().now() + s.auth.refresh_lifetime, client_of(c, body.refresh_token),
                      static_cast<uint32_t>(s.auth.refresh_grace.count())};
  auto rotated = co_await command<session::domain>(s, id.get(), c.context(), std::move(rotate));
  if (!rotated)
    co_return runtime::explain(rotated.error()).code == errc::not_found
      ? refuse(errc::token_invalid, "the refresh token was not issued by this platform")
      : std::move(rotated.error());
  AINFT_CO_TRY(shown, value_of<session::domain>(*rotated));
  if (shown.revoked_at) {
    s.authenticator.forget(id.get());
    co_return refuse(errc::token_invalid, "the refresh token was already used; the session has ended");
  }
  AINFT_CO_TRY(who, co_await read<user::entity>(s, shown.user.get()));
  co_return http::json_reply(tokens_for(s, who, id, std::move(next)));
}

task<reply> log_out(const services& s, call& c) {
  const revoke_session revoke;
  AINFT_CO_TRY(ended, co_await command<session::domain>(s, c.who.session, c.context(), revoke));
  s.authenticator.forget(c.who.session);
  co_return no_content();
}

task<reply> show_me(const services& s, call& c) {
  AINFT_CO_TRY(who, co_await read<user::entity>(s, c.who.user));
  AINFT_CO_TRY(shown, co_await read<session::domain>(s, c.who.session));
  co_return http::json_reply(me{who, shown});
}

} // namespace

void session::add_routes(http::route_table& routes, const services& s) {
  constexpr auto tag = "Sign-in";
  routes.describe_tag(
    tag, "Wallets sign a message to sign in (Sign-In with Solana). Access tokens are short-lived, and refreshed.");
  routes
    .json<challenge_request>(verb::post, "/v1/auth/siws/challenge", tag, "Get the message that a wallet signs",
                             open_to_all, [&s](call& c, challenge_request body) { return give_challenge(s, c, body); })
    .named("requestChallenge")
    .describe("Have the wallet sign the message, and hand in the signature with `signIn`.")
    .sample(R"({"address": "Fvwc3sX6N76KDAirZtwuNnUPFViT9R4SYh1G5hiv7UG1"})")
    .answers<challenge>()
    .rate = http::rate_class::sign_in;
  routes
    .json<signed_challenge>(verb::post, "/v1/auth/siws/verify", tag, "Sign in with the signed message", open_to_all,
                            [&s](call& c, signed_challenge body) { return verify_challenge(s, c, std::move(body)); })
    .named("signIn")
    .describe("Opens a session. The first sign-in of a wallet creates its user.")
    .sample(
      R"({"address": "Fvwc3sX6N76KDAirZtwuNnUPFViT9R4SYh1G5hiv7UG1",)"
      R"( "message": "localhost wants you to sign in with your Solana account:\n)"
      R"(Fvwc3sX6N76KDAirZtwuNnUPFViT9R4SYh1G5hiv7UG1\n\nSigning in costs nothing and sends no transaction.\n\n)"
      R"(URI: https://localhost\nVersion: 1\nChain ID: localnet\nNonce: 2rh7NFtBpJMiPoTxbGso3M\n)"
      R"(Issued At: 2026-11-27T12:00:00Z\nExpiration Time: 2026-11-27T12:05:00Z",)"
      R"( "signature": "U2ECHAHcMetjFKEunAXc82gnQXy4V9Hc32VJDQgnQowFBJyWGEGARdf1vd8gms31Hxa36FLTJwSQ69jgL4KmGtz"})")
    .refuses({errc::signature_invalid, errc::nonce_unknown, errc::precondition_failed})
    .answers<token_pair>()
    .rate = http::rate_class::sign_in;
  routes
    .json<refresh_request>(verb::post, "/v1/auth/refresh", tag, "Exchange a refresh token for the next tokens",
                           open_to_all,
                           [&s](call& c, refresh_request body) { return refresh_tokens(s, c, std::move(body)); })
    .named("refreshTokens")
    .describe("A refresh token is exchanged once. If the response was lost, the same client may repeat the exchange "
              "within a short time that the operator sets. Any other reuse of an old token ends the session.")
    .sample(R"({"refreshToken": "zmAS-K4HC0isn7WT0-jpUljpubS29h8w85i4wC8BmZaNmuE1FVA0Chpo_hdb0wib"})")
    .refuses({errc::token_invalid, errc::precondition_failed})
    .answers<token_pair>()
    .rate = http::rate_class::sign_in;
  routes.post("/v1/auth/logout", tag, "Sign out", user_right("sessions.end"), [&s](call& c) { return log_out(s, c); })
    .named("signOut")
    .describe("Ends the session: its tokens become invalid.")
    .refuses({errc::precondition_failed})
    .answers_nothing()
    .idempotent = false;
  routes
    .get("/v1/me", tag, "Get the signed-in user and the session", user_right("accounts.read"),
         [&s](call& c) { return show_me(s, c); })
    .named("getMe")
    .describe("It shows to whom the access token belongs, for example after a page was loaded again.")
    .refuses({errc::quarantined, errc::moved, errc::unknown_message}) // two entities answer
    .answers<me>();
  routes
    .get("/.well-known/jwks.json", tag, "Get the keys that verify access tokens", open_to_all,
         [&s](call&) -> task<reply> {
           reply r;
           r.body = s.tokens.jwks();
           co_return r;
         })
    .named("getTokenKeys")
    .describe("A JWK set (RFC 7517).")
    .answers<jwk_set>();
}

} // namespace ainft
