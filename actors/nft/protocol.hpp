#pragma once

#include "actors/ai_job/protocol.hpp"
#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

#include <nlohmann/json.hpp>

namespace ainft::nft {

using nft_name = runtime::display_text<32, 32>; ///< the token standard's limit of bytes
using symbol_text = runtime::display_text<10, 10, 0>;
using description_text = runtime::paragraph_text<0, 4000>;
using trait_text = runtime::display_text<64>;

struct attribute {
  trait_text trait_type;
  trait_text value;
  friend bool operator==(const attribute&, const attribute&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, attribute& x) {
  return f.object(x).fields(f.field("trait_type", x.trait_type), f.field("value", x.value));
}

/// How an AI made a picture.
struct provenance {
  ainft::job_id job;
  ai_job::provider_name provider;
  ai_job::model_name model;
  ai_job::prompt_text prompt;
  uint32_t seed = 0;
  ai_job::generation_params params;
  friend bool operator==(const provenance&, const provenance&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, provenance& x) {
  return f.object(x).fields(f.field("job_id", x.job), f.field("provider", x.provider), f.field("model", x.model),
                            f.field("prompt", x.prompt), f.field("seed", x.seed), f.field("params", x.params));
}

/// What of its provenance everybody sees once an NFT is minted: nothing, who made it (provider and model), or all, the prompt too.
enum class provenance_visibility : uint8_t { none, model, full };
constexpr auto enum_names(provenance_visibility) { return std::array<std::string_view, 3>{"none", "model", "full"}; }

/// A provenance, or as much of it as its reader may see.
struct shown_provenance {
  std::optional<ainft::job_id> job;
  ai_job::provider_name provider;
  ai_job::model_name model;
  std::optional<ai_job::prompt_text> prompt;
  std::optional<uint32_t> seed;
  std::optional<ai_job::generation_params> params;
  friend bool operator==(const shown_provenance&, const shown_provenance&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, shown_provenance& x) {
  return f.object(x).fields(f.field("job_id", x.job), f.field("provider", x.provider), f.field("model", x.model),
                            f.field("prompt", x.prompt), f.field("seed", x.seed), f.field("params", x.params));
}

/// The body of POST /v1/nfts. Without creators the caller is the only one.
struct new_nft {
  ainft::studio_id studio;
  nft_name name;
  symbol_text symbol;
  description_text description;
  ainft::asset_id asset;
  std::vector<attribute> attributes;
  uint16_t royalty_bps = 0;
  std::vector<creator_share> creators;
  std::optional<ainft::job_id> job; ///< the AI job that made the asset
  nft::provenance_visibility visibility = nft::provenance_visibility::none; ///< of how it did, for good
};

template <class Inspector>
bool inspect(Inspector& f, new_nft& x) {
  return f.object(x).fields(f.field("studio_id", x.studio), f.field("name", x.name),
                            f.field("symbol", x.symbol).fallback(symbol_text{}),
                            f.field("description", x.description).fallback(description_text{}), f.field("asset_id", x.asset),
                            f.field("attributes", x.attributes).fallback(std::vector<attribute>{}),
                            f.field("royalty_bps", x.royalty_bps).fallback(uint16_t{0}),
                            f.field("creators", x.creators).fallback(std::vector<creator_share>{}),
                            f.field("job_id", x.job),
                            f.field("provenance_visibility", x.visibility).fallback(nft::provenance_visibility::none));
}

struct create_nft {
  static constexpr bool creates = true;
  nft_id id;
  new_nft what;
  uint16_t fee_bps = 0; ///< the platform's, which the royalty must leave room for
  std::string asset_url;
  std::string asset_type;
  std::optional<nft::provenance> provenance;
};

template <class Inspector>
bool inspect(Inspector& f, create_nft& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("what", x.what), f.field("fee_bps", x.fee_bps),
                            f.field("asset_url", x.asset_url), f.field("asset_type", x.asset_type), f.field("provenance", x.provenance));
}

/// A mint transaction was built. It takes the place of `replaces`, which can no longer land; of two that are to take the same
/// place the first does.
struct start_mint {
  transaction_id transaction;
  solana::public_key mint;
  std::optional<transaction_id> replaces;
};

template <class Inspector>
bool inspect(Inspector& f, start_mint& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("mint", x.mint), f.field("replaces", x.replaces));
}

/// The platform says how a mint transaction ended.
struct finish_mint {
  transaction_id transaction;
  solana::signature signature;
};

template <class Inspector>
bool inspect(Inspector& f, finish_mint& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("signature", x.signature));
}

struct fail_mint {
  transaction_id transaction;
};

template <class Inspector>
bool inspect(Inspector& f, fail_mint& x) {
  return f.object(x).fields(f.field("transaction", x.transaction));
}

/// The platform says that a sale moved the token. `slot` is the one that the chain has the sale's transaction in; a node of
/// an earlier version does not say it.
struct change_owner {
  wallet_address owner;
  transaction_id transaction;
  std::optional<uint64_t> slot;
};

template <class Inspector>
bool inspect(Inspector& f, change_owner& x) {
  return f.object(x).fields(f.field("owner", x.owner), f.field("transaction", x.transaction), f.field("slot", x.slot));
}

// Events of the time before the mint are private: realtime shows them to the creator and to operators only.

struct nft_created {
  static constexpr uint16_t version = 2; ///< 1 had no visibility: all provenance was public
  static constexpr bool is_private = true;
  nft_id id;
  user_id creator;
  wallet_address creator_wallet;
  new_nft what;
  std::string asset_url;
  std::string asset_type;
  runtime::time_point at;
  std::optional<nft::provenance> provenance;
};

template <class Inspector>
bool inspect(Inspector& f, nft_created& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("creator", x.creator), f.field("creator_wallet", x.creator_wallet),
                            f.field("what", x.what), f.field("asset_url", x.asset_url), f.field("asset_type", x.asset_type),
                            f.field("at", x.at), f.field("provenance", x.provenance));
}

inline void upcast(nft_created*, uint16_t, nlohmann::json& json) {
  if (const auto what = json.find("what"); what != json.end() && what->is_object())
    (*what)["provenanceVisibility"] = "full";
}

struct mint_started {
  static constexpr bool is_private = true;
  transaction_id transaction;
  solana::public_key mint;
};

template <class Inspector>
bool inspect(Inspector& f, mint_started& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("mint", x.mint));
}

struct nft_minted {
  transaction_id transaction;
  solana::signature signature;
};

template <class Inspector>
bool inspect(Inspector& f, nft_minted& x) {
  return f.object(x).fields(f.field("transaction", x.transaction), f.field("signature", x.signature));
}

struct mint_failed {
  static constexpr bool is_private = true;
  transaction_id transaction;
};

template <class Inspector>
bool inspect(Inspector& f, mint_failed& x) {
  return f.object(x).fields(f.field("transaction", x.transaction));
}

struct owner_changed {
  static constexpr uint16_t version = 2; ///< the first one had no slot
  wallet_address owner;
  transaction_id transaction;
  std::optional<uint64_t> slot;
};

template <class Inspector>
bool inspect(Inspector& f, owner_changed& x) {
  return f.object(x).fields(f.field("owner", x.owner), f.field("transaction", x.transaction), f.field("slot", x.slot));
}

enum class phase : uint8_t { draft, minting, minted };
constexpr auto enum_names(phase) { return std::array<std::string_view, 3>{"draft", "minting", "minted"}; }

struct view {
  nft_id id;
  ainft::studio_id studio_id;
  user_id creator_id;
  ainft::asset_id asset_id;
  nft_name name;
  symbol_text symbol;
  description_text description;
  std::vector<attribute> attributes;
  uint16_t royalty_bps = 0;
  std::vector<creator_share> creators;
  std::string image_url;
  std::string image_type;
  nft::phase state = nft::phase::draft;
  std::optional<solana::public_key> mint_address;
  std::optional<wallet_address> owner;
  std::optional<solana::signature> signature;
  std::optional<transaction_id> mint_transaction_id;
  runtime::time_point created_at;
  std::optional<shown_provenance> provenance; ///< of a picture that an AI job made
  nft::provenance_visibility visibility = nft::provenance_visibility::full;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(
    f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("creator_id", x.creator_id),
    f.field("asset_id", x.asset_id), f.field("name", x.name), f.field("symbol", x.symbol),
    f.field("description", x.description), f.field("attributes", x.attributes), f.field("royalty_bps", x.royalty_bps),
    f.field("creators", x.creators), f.field("image_url", x.image_url), f.field("image_type", x.image_type),
    f.field("state", x.state), f.field("mint_address", x.mint_address), f.field("owner", x.owner),
    f.field("signature", x.signature), f.field("mint_transaction_id", x.mint_transaction_id),
    f.field("created_at", x.created_at), f.field("provenance", x.provenance),
    f.field("provenance_visibility", x.visibility).fallback(nft::provenance_visibility::full)); // as it was before there was a choice
}

} // namespace ainft::nft

CAF_BEGIN_TYPE_ID_BLOCK(ainft_nft, ainft::runtime::capability_type_ids(4))
  CAF_ADD_TYPE_ID(ainft_nft, (ainft::nft::create_nft))
  CAF_ADD_TYPE_ID(ainft_nft, (ainft::nft::start_mint))
  CAF_ADD_TYPE_ID(ainft_nft, (ainft::nft::finish_mint))
  CAF_ADD_TYPE_ID(ainft_nft, (ainft::nft::fail_mint))
  CAF_ADD_TYPE_ID(ainft_nft, (ainft::nft::change_owner))
CAF_END_TYPE_ID_BLOCK(ainft_nft)
