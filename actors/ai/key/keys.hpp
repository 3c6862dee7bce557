#pragma once

#include "actors/ai/key/vault.hpp"
#include "actors/ids.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::ai_key {

/// Whose a provider's key is: a studio's, or the platform's where there is none.
using owner = std::optional<studio_id>;

/// A key that is kept, without itself.
struct kept_key {
  std::string provider;
  runtime::time_point set_at;
};
AINFT_DESCRIBE(kept_key, provider, set_at)

/// Keeps a key, sealed, in the place of an earlier one.
void set(persistence::session& db, const vault& v, const owner& of, const std::string& provider, const std::string& key);
/// False where there was none.
bool remove(persistence::session& db, const owner& of, const std::string& provider);
[[nodiscard]] std::vector<kept_key> list(persistence::session& db, const owner& of);

/// The key that a studio's work is to use: its own, or the platform's; empty where neither is kept here. Refuses as vault::open() does.
[[nodiscard]] runtime::result<std::string> find(persistence::session& db, const vault& v, const studio_id& studio, const std::string& provider);

/// Seals with the vault's first key what another one had sealed, and gives how many those were. Throws std::runtime_error where one cannot be opened.
size_t seal_again(persistence::session& db, const vault& v);

} // namespace ainft::ai_key
