#include "actors/platform/front.hpp"

#include "actors/auth/session/api.hpp"
#include "actors/platform/idempotent_body.hpp"
#include "net/percent_encoding.hpp"
#include "persistence/idempotency.hpp"
#include "runtime/try.hpp"

namespace ainft::platform_front {

namespace {

using boost::asio::awaitable;
using http::call;
using http::reply;
using persistence::reservation;
using runtime::errc;
using runtime::refuse;

constexpr size_t longest_key = 200;

task<runtime::principal> who_bears(const services& s, std::string_view token) {
  AINFT_CO_TRY(known, co_await s.authenticator.authenticate(token));
  co_return std::move(known.who);
}

/// The hash of method, path, query and body. `c.query` is sorted and has each name once, as routes see it, so
/// equivalent queries have the same hash. idempotent_body compares a streamed body.
std::string fingerprint_of(const call& c) {
  std::string all{boost::beast::http::to_string(c.method)};
  all.append(" ").append(c.target);
  for (char before = '?'; const auto& [name, value] : c.query) {
    all.append(1, before).append(net::percent_encoded(name)).append("=").append(net::percent_encoded(value));
    before = '&';
  }
  all.append("\n").append(c.body);
  return net::sha256::of(all);
}

caf::error check_key(std::string_view key) {
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (key.empty() || key.size() > longest_key || !printable)
    return runtime::refuse_field("/headers/Idempotency-Key", "must be 1 to 200 printable characters without spaces");
  return {};
}

persistence::reserved_key key_of(const call& c) {
  return {c.who.user, c.idempotency->key, c.idempotency->reserved_id, c.idempotency->attempt};
}

task<std::optional<reply>> begin_idempotent(const services& s, call& c, const std::string& key) {
  if (auto bad = check_key(key))
    co_return bad;
  auto q = [user = c.who.user, key, print = fingerprint_of(c), only_caller = c.agent.has_value() || c.resumed,
            holder = s.entities.self()](persistence::session& db) {
    return persistence::reserve_key(db, user, key, print, only_caller, holder);
  };
  AINFT_CO_TRY(got, co_await net::query(s.db, std::move(q)));
  switch (got.what) {
  case reservation::outcome::reserved:
    c.idempotency = http::idempotency{key, got.id, got.attempt};
    if (c.stream) {
      c.checked = std::make_shared<idempotent_body>(s, *c.stream, key_of(c));
      c.stream = c.checked.get();
    }
    co_return std::nullopt;
  case reservation::outcome::busy:
    co_return refuse(errc::idempotency_in_progress, "a request with this Idempotency-Key is in progress; retry soon");
  case reservation::outcome::other_request:
    co_return refuse(errc::idempotency_mismatch, "this Idempotency-Key was used with a different path, query or body");
  default: {
    if (c.stream) {
      AINFT_CO_TRY(hash, co_await digest_of_rest(*c.stream));
      if (hash != got.body_hash)
        co_return refuse(errc::idempotency_mismatch, "this Idempotency-Key was used with a different body");
    }
    reply out;
    out.status = got.status;
    out.body = std::move(got.body);
    out.headers.emplace_back("Idempotent-Replayed", "true");
    co_return out;
  }
  }
}

/// Stores a successful answer, unless that is done already. A refusal that changed nothing frees the key. Otherwise the
/// outcome is unknown: the key stays, and the next attempt gets the same id, so that it cannot write the effect twice.
awaitable<void> end_idempotent(const services& s, call& c, const runtime::result<reply>& answer) {
  if (!c.idempotency)
    co_return;
  const auto key = key_of(c);
  const auto code = answer ? errc::none : runtime::explain(answer.error()).code;
  if (answer) {
    if (c.idempotency->recorded)
      co_return;
    auto q = [key, status = answer->status, body = answer->body](persistence::session& db) {
      return persistence::complete_key(db, key, status, body);
    };
    (void)co_await net::query(s.db, std::move(q));
  } else if (runtime::traits(code).status < 500 && code != errc::idempotency_mismatch
             && code != errc::idempotency_in_progress) {
    auto q = [key](persistence::session& db) { return persistence::free_key(db, key); };
    (void)co_await net::query(s.db, std::move(q));
  } else {
    auto q = [key](persistence::session& db) { return persistence::let_go_of_key(db, key); };
    (void)co_await net::query(s.db, std::move(q));
  }
}

} // namespace

http::server_hooks make_hooks(const services& s, http::rate_limiter& limiter) {
  http::server_hooks out;
  out.authenticate = [&s](std::string_view token) { return who_bears(s, token); };
  out.begin_idempotent = [&s](call& c, const std::string& key) { return begin_idempotent(s, c, key); };
  out.end_idempotent = [&s](call& c, const runtime::result<reply>& answer) { return end_idempotent(s, c, answer); };
  out.holds = [&s](const runtime::principal& who, const http::right& what) { return s.auth.holds(who, what); };
  out.may_serve = [&s] { return s.entities.may_serve(); };
  out.within_rate = [&limiter](call& c) {
    c.rate = limiter.ask(c);
    return !c.rate || c.rate->is_within;
  };
  return out;
}

} // namespace ainft::platform_front
