#include "actors/auth/session/domain.hpp"

#include <openssl/evp.h>

namespace ainft::session {

using runtime::errc;
using runtime::refuse;

runtime::result<token_hash> token_hash::parse(std::string_view text) {
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != text.npos)
    return refuse(errc::validation_failed, std::string{schema.description});
  token_hash out;
  out.text_ = text;
  return out;
}

token_hash token_hash::of(std::string_view token) {
  unsigned char digest[32];
  EVP_Digest(token.data(), token.size(), digest, nullptr, EVP_sha256(), nullptr);
  token_hash out;
  constexpr std::string_view hex = "0123456789abcdef";
  for (size_t i = 0; i < 32; ++i) {
    out.text_[2 * i] = hex[digest[i] >> 4];
    out.text_[2 * i + 1] = hex[digest[i] & 15];
  }
  return out;
}

runtime::result<events> decide(const state& s, const open_session& c, const runtime::decision_context& context) {
  if (!s.shown.id.is_nil())
    return refuse(errc::conflict, "this session already exists");
  return events{session_opened{c.id, c.user, c.refresh, c.expires_at, context.now}};
}

namespace {

/// Whether the client may have lost the answer to its first exchange of this token.
bool may_repeat(const state& s, const rotate_token& c, runtime::time_point now) {
  const auto& before = s.previous;
  return before && c.client && c.presented == before->refresh && *c.client == before->client
         && now - before->exchanged_at <= std::chrono::seconds{c.grace};
}

} // namespace

runtime::result<events> decide(const state& s, const rotate_token& c, const runtime::decision_context& context) {
  if (s.shown.revoked_at || s.shown.expires_at <= context.now)
    return refuse(errc::token_invalid, "the session has ended; sign in again");
  if (may_repeat(s, c, context.now))
    return events{token_rotated{c.next, c.expires_at, context.now, c.client, true}};
  if (std::find(s.exchanged.begin(), s.exchanged.end(), c.presented) != s.exchanged.end())
    return events{session_revoked{revocation::token_reuse, context.now}};
  if (c.presented != s.refresh)
    return refuse(errc::token_invalid, "the refresh token belongs to another session");
  return events{token_rotated{c.next, c.expires_at, context.now, c.client, false}};
}

runtime::result<events> decide(const state& s, const revoke_session&, const runtime::decision_context& context) {
  if (s.shown.revoked_at)
    return events{};
  return events{session_revoked{revocation::logout, context.now}};
}

namespace {

constexpr size_t remembered_exchanges = 16;

void apply(state& s, const session_opened& e) {
  s.shown = {e.id, e.user, e.at, e.expires_at, std::nullopt};
  s.refresh = e.refresh;
}

void apply(state& s, const token_rotated& e) {
  s.previous.reset();
  if (e.at && e.client && !e.repeats)
    s.previous = previous_token{s.refresh, *e.at, *e.client};
  s.exchanged.push_back(s.refresh);
  if (s.exchanged.size() > remembered_exchanges)
    s.exchanged.erase(s.exchanged.begin());
  s.refresh = e.refresh;
  s.shown.expires_at = e.expires_at;
}

void apply(state& s, const session_revoked& e) { s.shown.revoked_at = e.at; }

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* opened = std::get_if<session_opened>(&e);
  return {(opened ? opened->user : before.shown.user).get()};
}

view view_of(const state& s) { return s.shown; }

bool may_read(const state& s, const runtime::principal& who) {
  return who.is_platform() || who.user == s.shown.user.get();
}

} // namespace ainft::session
