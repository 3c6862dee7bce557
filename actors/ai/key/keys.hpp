#pragma once

#include "actors/ai/key/vault.hpp"
#include "actors/ids.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::ai_key {

/// The owner of a provider's key: a studio, or the platform if empty.
using owner = std::optional<studio_id>;

/// A stored key, without its value.
struct kept_key {
  static constexpr std::string_view api_name = "StoredAiKey";
  std::string provider;
  runtime::time_point set_at;
};
AINFT_DESCRIBE(kept_key, (provider, about("The provider that it is for.")), (set_at, about("When it was stored.")))
AINFT_ABOUT(kept_key, "A stored key of a provider, without its value.")

/// Stores a key, sealed. It replaces an earlier one.
void set(persistence::session& db, const vault& v, const owner& of, const std::string& provider,
         const std::string& key);
/// Returns false if there was none.
bool remove(persistence::session& db, const owner& of, const std::string& provider);
[[nodiscard]] std::vector<kept_key> list(persistence::session& db, const owner& of);

/// The key for a studio's work: the studio's own, else the platform's, else empty. Refuses as vault::open() does.
[[nodiscard]] runtime::result<std::string> find(persistence::session& db, const vault& v, const studio_id& studio,
                                                const std::string& provider);

/// Seals with the vault's first key what other keys had sealed. Returns the number of changed rows. Throws
/// std::runtime_error if a secret cannot be opened.
size_t seal_again(persistence::session& db, const vault& v);

} // namespace ainft::ai_key
