#pragma once

#include "actors/ai/job/protocol.hpp"
#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

#include <nlohmann/json.hpp>

namespace ainft::nft {

using nft_name = runtime::display_text<32, 32>; ///< limit of the Metaplex token standard, in bytes
using symbol_text = runtime::display_text<10, 10, 0>;
using description_text = runtime::paragraph_text<0, 4000>;
using trait_text = runtime::display_text<64>;

constexpr size_t most_attributes = 32;
constexpr size_t most_creators = 5;      ///< as check_creators() requires
constexpr uint16_t whole_price = 10'000; ///< basis points

struct attribute {
  trait_text trait_type;
  trait_text value;
  friend bool operator==(const attribute&, const attribute&) = default;
};
AINFT_DESCRIBE(attribute, (trait_type, about("What the trait is, for example `Sky`.")),
               (value, about("Its value, for example `red`.")))
AINFT_ABOUT(attribute, "A trait of an NFT, which wallets and marketplaces show.")

/// How an AI job made an image.
struct provenance {
  ainft::job_id job;
  ai_job::provider_name provider;
  ai_job::model_name model;
  ai_job::prompt_text prompt;
  uint32_t seed = 0;
  ai_job::generation_params params;
  friend bool operator==(const provenance&, const provenance&) = default;
};
AINFT_DESCRIBE(provenance, (job, "job_id"), provider, model, prompt, seed, params)

/// The part of the provenance that is public: nothing, the provider and model, or everything including the prompt.
AINFT_ENUM(provenance_visibility, none, model, full)

/// The part of a provenance that its reader may see.
struct shown_provenance {
  static constexpr std::string_view api_name = "Provenance";
  std::optional<ainft::job_id> job;
  ai_job::provider_name provider;
  ai_job::model_name model;
  std::optional<ai_job::prompt_text> prompt;
  std::optional<uint32_t> seed;
  std::optional<ai_job::generation_params> params;
  friend bool operator==(const shown_provenance&, const shown_provenance&) = default;
};
AINFT_DESCRIBE(shown_provenance, (job, "job_id"), (provider, about("The AI provider, for example `openai`.")),
               (model, about("The provider's name of the model; empty for the provider's default model.")),
               (prompt, about("The text from which the model made the image.")),
               (seed, about("The seed of the generation.")), (params, about("The parameters of the generation.")))
AINFT_ABOUT(shown_provenance, "How an AI job made an image: the part that the reader may see.")

/// The body of POST /v1/nfts. Without creators, the caller is the only creator.
struct new_nft {
  ainft::studio_id studio;
  nft_name name;
  symbol_text symbol;
  description_text description;
  ainft::asset_id asset;
  std::vector<attribute> attributes;
  uint16_t royalty_bps = 0;
  std::vector<creator_share> creators;
  std::optional<ainft::job_id> job;                                         ///< the AI job that created the asset
  nft::provenance_visibility visibility = nft::provenance_visibility::none; ///< of the provenance; it never changes
};
AINFT_DESCRIBE(new_nft, (studio, "studio_id", about("The caller's studio to which it belongs.")),
               (name, about("What people call it. Wallets show it.")),
               (symbol, defaulted, about("A short name, for example `DAWN`. Empty if absent.")),
               (description, defaulted, about("What it shows. Empty if absent.")),
               (asset, "asset_id", about("The caller's asset that it shows.")),
               (attributes, defaulted, between(0, most_attributes), about("Its traits. None if absent.")),
               (royalty_bps, defaulted, between(0, whole_price),
                about("The creators' part of the price of each sale, in basis points. With the platform's fee, it may "
                      "be at most 10000. 0 if absent.")),
               (creators, defaulted, between(0, most_creators),
                about("Who gets the royalty: different wallets, with shares that sum to 100. If empty or absent, the "
                      "caller's wallet alone.")),
               (job, "job_id", about("The caller's AI job that created the asset.")),
               (visibility, "provenance_visibility", defaulted,
                about("How much of the job everybody may see after the mint. `none`: nothing, also if absent. `model`: "
                      "the provider and the model. `full`: also the prompt, the seed and the parameters. It never "
                      "changes.")))
AINFT_ABOUT(new_nft, "A draft of an NFT.")

struct create_nft {
  static constexpr bool creates = true;
  nft_id id;
  new_nft what;
  uint16_t fee_bps = 0; ///< the platform's fee; the royalty must leave room for it
  std::string asset_url;
  std::string asset_type;
  std::optional<nft::provenance> provenance;
};
AINFT_DESCRIBE(create_nft, id, what, fee_bps, asset_url, asset_type, provenance)

/// A mint transaction was built. It replaces the transaction `replaces`, which can no longer land. If two commands
/// replace the same transaction, the NFT accepts the first.
struct start_mint {
  transaction_id transaction;
  solana::public_key mint;
  std::optional<transaction_id> replaces;
};
AINFT_DESCRIBE(start_mint, transaction, mint, replaces)

/// The platform reports that a mint transaction is confirmed.
struct finish_mint {
  transaction_id transaction;
  solana::signature signature;
};
AINFT_DESCRIBE(finish_mint, transaction, signature)

struct fail_mint {
  transaction_id transaction;
};
AINFT_DESCRIBE(fail_mint, transaction)

/// The platform reports that a sale moved the token. `slot` is the slot of the sale's transaction. A node of an earlier
/// version does not send it.
struct change_owner {
  wallet_address owner;
  transaction_id transaction;
  std::optional<uint64_t> slot;
};
AINFT_DESCRIBE(change_owner, owner, transaction, slot)

// Events before the mint are private. Realtime sends them only to the users in their audience and to operators.

struct nft_created {
  static constexpr uint16_t version = 2; ///< version 1 has no visibility: the whole provenance was public
  static constexpr bool is_private = true, shows_view = true;
  nft_id id;
  user_id creator;
  wallet_address creator_wallet;
  new_nft what;
  std::string asset_url;
  std::string asset_type;
  runtime::time_point at;
  std::optional<nft::provenance> provenance;
};
AINFT_DESCRIBE(nft_created, id, creator, creator_wallet, what, asset_url, asset_type, at, provenance)
AINFT_ABOUT(nft_created, "The creator has drafted an NFT. `data` is the draft; `imageUrl` has no signature in it.")

inline void upcast(nft_created*, uint16_t, nlohmann::json& json) {
  if (const auto what = json.find("what"); what != json.end() && what->is_object())
    (*what)["provenanceVisibility"] = "full";
}

struct mint_started {
  static constexpr bool is_private = true;
  transaction_id transaction;
  solana::public_key mint;
};
AINFT_DESCRIBE(mint_started,
               (transaction, shown_as("mint_transaction_id"), about("The transaction that the creator must sign.")),
               (mint, shown_as("mint_address"), about("The NFT's future mint account on Solana.")))
AINFT_ABOUT(mint_started, "The platform has built the transaction that mints the NFT: the NFT is `minting`.")

struct nft_minted {
  transaction_id transaction;
  solana::signature signature;
};
AINFT_DESCRIBE(nft_minted, (transaction, shown_as("mint_transaction_id"), about("The transaction that minted it.")),
               (signature, about("Of that transaction on Solana.")))
AINFT_ABOUT(nft_minted, "The NFT is on Solana, in its creator's wallet: it is `minted`, and everybody sees it.")

struct mint_failed {
  static constexpr bool is_private = true;
  transaction_id transaction;
};
AINFT_DESCRIBE(mint_failed, (transaction, shown_as("mint_transaction_id"), about("The transaction that failed.")))
AINFT_ABOUT(mint_failed, "The mint failed, or nobody signed it in time: the NFT is a `draft` again.")

struct owner_changed {
  static constexpr uint16_t version = 2; ///< version 1 has no slot
  wallet_address owner;
  transaction_id transaction;
  std::optional<uint64_t> slot;
};
AINFT_DESCRIBE(owner_changed, (owner, about("The wallet that holds it now.")),
               (transaction, shown_as("transaction_id"), about("The purchase.")),
               (slot, about("The slot in which it landed on Solana.")))
AINFT_ABOUT(owner_changed, "A sale moved the NFT to another wallet.")

AINFT_ENUM(phase, draft, minting, minted)

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
  std::optional<shown_provenance> provenance; ///< of an image that an AI job created
  nft::provenance_visibility visibility = nft::provenance_visibility::full;
};
AINFT_DESCRIBE(
  view, id, (studio_id, about("The studio to which it belongs.")), (creator_id, about("The user who drafted it.")),
  (asset_id, about("The asset that it shows.")), (name, about("What people call it.")),
  (symbol, about("A short name; may be empty.")), (description, about("What it shows; may be empty.")),
  (attributes, about("Its traits.")),
  (royalty_bps, between(0, whole_price), about("The creators' part of the price of each sale, in basis points.")),
  (creators, about("Who gets the royalty.")),
  (image_url, about("The picture or video, relative to the platform's URL. The address of a draft's image has a "
                    "signature that expires.")),
  (image_type, about("Its media type, for example `image/png`.")),
  (state, about("`draft`: only its creator and operators see it. `minting`: a transaction waits for its signature or "
                "is on its way. `minted`: it is on Solana, and everybody sees it.")),
  (mint_address, about("Its mint account on Solana. Absent in a draft.")),
  (owner, about("The wallet that holds it after the mint and each sale on the platform. Absent before the mint.")),
  (signature, about("Of the transaction on Solana that minted it.")),
  (mint_transaction_id, about("The transaction that mints or has minted it. Absent in a draft.")),
  (created_at, about("When it was drafted.")),
  (provenance, about("How an AI job made the image. Absent if none did, or if the reader may not see it.")),
  (visibility, "provenance_visibility", defaulted,
   about("How much of the provenance everybody may see: nothing, the provider and the model, or all of it.")))
AINFT_ABOUT(view, "An NFT: a draft, or a token on Solana.")

/// What other capabilities need for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "nft", title = "NFT";
  using view = nft::view;
};

} // namespace ainft::nft
