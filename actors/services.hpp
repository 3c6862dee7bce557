#pragma once

#include "actors/ids.hpp"
#include "config/section.hpp"
#include "net/await.hpp"
#include "net/http/route.hpp"
#include "net/solana/balances.hpp"
#include "persistence/database.hpp"
#include "runtime/cluster/router.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/follower.hpp"
#include "runtime/reply_port.hpp"
#include "runtime/try.hpp"

namespace ainft {

/// The platform's accounts and keys.
struct platform {
  solana::key_pair fee_payer; ///< pays the fees that the platform sponsors; also the delegate that moves sold tokens
  solana::public_key reserve; ///< receives the platform's fee (monads.skr)
  uint16_t fee_bps = 250;
  std::chrono::seconds signature_window{90}; ///< in which a wallet must sign a transaction
  std::string public_url;                    ///< base URL of the platform for clients, without a slash at the end
  std::string url_key;                       ///< signs addresses of content: see asset::sign_url
};

struct auth_settings {
  std::string domain = "localhost"; ///< shown in the sign-in message
  std::chrono::seconds access_lifetime{15 * 60};
  std::chrono::seconds refresh_lifetime{30 * 24 * 3600};
  std::chrono::seconds nonce_lifetime{300};
  std::string chain_id = "localnet";
  std::vector<std::string> operators;     ///< their wallets
  std::chrono::seconds refresh_grace{30}; ///< in which a client that did not get the answer may repeat a refresh

  [[nodiscard]] bool is_operator(const std::string& wallet) const {
    return std::find(operators.begin(), operators.end(), wallet) != operators.end();
  }

  /// The policy of all routes: every signed-in user holds the users' rights, and operators hold theirs.
  [[nodiscard]] bool holds(const runtime::principal& who, const http::right& what) const {
    return what.held_by == http::holder::users || (what.held_by == http::holder::operators && is_operator(who.wallet));
  }
};

namespace session {
class authenticator;
class token_signer;
} // namespace session

namespace realtime {
class bus;
} // namespace realtime

namespace ai_job {
class order_service;
class providers;
} // namespace ai_job

namespace ai_key {
class vault;
} // namespace ai_key

namespace agent {
class toolbox;
} // namespace agent

namespace sponsor {
class purse;
} // namespace sponsor

/// The services for AI jobs, keys and agents.
struct ai_services {
  const ai_job::providers& providers;
  const ai_job::order_service& orders;
  const ai_key::vault& vault;
  const agent::toolbox& tools;
  std::string webhook_secret; ///< verifies Replicate's webhooks; if empty, the platform accepts none
};

/// The services that the capabilities' routes and followers use.
struct services {
  caf::actor_system& system;
  runtime::entity_host& host;
  runtime::cluster::router& entities;
  runtime::reply_port& port;
  const persistence::database& db;
  const solana::rpc& chain;
  solana::balances& wallets;
  const ainft::platform& platform;
  const config::section_values& settings; ///< of the capabilities
  const auth_settings& auth;
  const session::token_signer& tokens;
  session::authenticator& authenticator;
  realtime::bus& events;
  sponsor::purse& purse;
  const ai_services& ai;
  boost::asio::any_io_executor background; ///< for coroutines that serve no request
  runtime::retry_settings retries;         ///< of followers
};

constexpr std::chrono::seconds ask_timeout{10};

/// A user's command must be written within this time. It is shorter than ask_timeout, so that the entity refuses a late
/// command while the caller still waits.
constexpr std::chrono::seconds command_patience{9};

template <class T>
using task = boost::asio::awaitable<runtime::result<T>>;

/// Waits for a command's answer. Without an answer in time, the caller cannot know whether the command was executed:
/// errc::outcome_unknown.
inline task<runtime::answer> ask_in_time(runtime::cluster::router& entities, std::string_view kind, runtime::uuid id,
                                         caf::message given) {
  auto got = co_await net::ask_entity(entities, kind, id, std::move(given), ask_timeout);
  if (!got && got.error() == caf::sec::request_timeout)
    co_return runtime::refuse(runtime::errc::outcome_unknown,
                              "the command timed out and may have been executed; check before you retry");
  co_return got;
}

/// Gives an entity a command and waits for its answer. Except for the platform's own commands, a command has a
/// deadline. If it cannot be written before that, the entity refuses it with errc::unavailable and changes nothing. (In
/// a co_await expression, do not write arguments with braces, but name them before: g++ 12 destroys such temporaries
/// twice.)
template <class Domain, class Command>
task<runtime::answer> command(const services& s, const runtime::uuid& id, runtime::command_context context, Command c) {
  constexpr bool creates = requires { requires Command::creates; };
  context.of_new_id = creates && context.of_new_id;
  if (!context.who.is_platform() && !context.deadline)
    context.deadline = s.host.time().now() + command_patience;
  auto message = runtime::command_message(std::move(context), std::move(c));
  return ask_in_time(s.entities, Domain::kind, id, std::move(message));
}

/// Like command(), on behalf of the platform itself.
template <class Domain, class Command>
task<runtime::answer> platform_command(const services& s, const runtime::uuid& id, Command c) {
  return command<Domain>(s, id, runtime::command_context{}, std::move(c));
}

/// Like platform_command(), but returns only the error.
template <class Domain, class Command>
boost::asio::awaitable<caf::error> give(const services& s, runtime::uuid id, Command c) {
  auto done = co_await platform_command<Domain>(s, id, std::move(c));
  co_return done ? caf::error{} : std::move(done.error());
}

/// Asks an entity for its view on behalf of `who`.
template <class Domain>
task<runtime::answer> view(const services& s, const runtime::uuid& id, const runtime::principal& who) {
  auto message = caf::make_message(runtime::get_view{who});
  return net::ask_entity(s.entities, Domain::kind, id, std::move(message), ask_timeout);
}

/// Parses a view's JSON. Ignores unknown fields.
template <class Domain>
runtime::result<typename Domain::view> value_of(const runtime::answer& a) {
  AINFT_TRY(json, runtime::parse_json(a.body));
  return runtime::from_json<typename Domain::view>(json, runtime::json_reader::unknown_fields::ignored);
}

/// Reads an entity's view as a value, on behalf of `who`.
template <class Domain>
task<typename Domain::view> read(const services& s, runtime::uuid id, runtime::principal who) {
  AINFT_CO_TRY(got, co_await view<Domain>(s, id, who));
  co_return value_of<Domain>(got);
}

/// Reads an entity's view as a value, on behalf of the platform.
template <class Domain>
task<typename Domain::view> read(const services& s, runtime::uuid id) {
  return read<Domain>(s, id, runtime::principal{});
}

/// Awaits a call of the RPC client: `co_await on_chain<T>([&](auto done) { s.chain.balance(key, done); })`.
template <class T, class Start>
boost::asio::awaitable<runtime::result<T>> on_chain(Start start) {
  return net::await_call<runtime::result<T>>(std::move(start));
}

} // namespace ainft
