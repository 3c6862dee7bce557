#include "actors/market/nft/domain.hpp"

#include "runtime/codec/json_writer.hpp"
#include "runtime/try.hpp"

#include <nlohmann/json.hpp>

namespace ainft::nft {

using runtime::errc;
using runtime::refuse;

runtime::result<events> decide(const state& s, const create_nft& c, const runtime::decision_context& context) {
  if (!s.shown.id.is_nil()) {
    if (s.shown.creator_id.get() == context.who.user && s.shown.asset_id == c.what.asset)
      return events{};
    return refuse(errc::conflict, "this NFT already exists");
  }
  if (!leaves_room(c.what.royalty_bps, c.fee_bps))
    return runtime::refuse_field("/royaltyBps", "must be at most " + std::to_string(10'000 - c.fee_bps)
                                                  + ", so that royalty and platform fee fit into the price");
  if (auto bad = check_creators(c.what.creators))
    return bad;
  AINFT_TRY(wallet, wallet_address::parse(context.who.wallet));
  auto what = c.what;
  if (what.creators.empty())
    what.creators.push_back({wallet, 100});
  return events{nft_created{c.id, user_id{context.who.user}, wallet, std::move(what), c.asset_url, c.asset_type,
                            context.now, c.provenance}};
}

runtime::result<events> decide(const state& s, const start_mint& c, const runtime::decision_context& context) {
  if (s.shown.creator_id.get() != context.who.user)
    return refuse(errc::not_owner, "only the creator may mint an NFT");
  if (s.shown.state == phase::minted)
    return refuse(errc::wrong_state, "this NFT is already minted");
  if (s.shown.mint_transaction_id != c.replaces)
    return refuse(errc::wrong_state, "another mint of this NFT began at the same time");
  return events{mint_started{c.transaction, c.mint}};
}

runtime::result<events> decide(const state& s, const finish_mint& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.shown.state == phase::minted || s.shown.mint_transaction_id != c.transaction)
    return events{};
  return events{nft_minted{c.transaction, c.signature}};
}

runtime::result<events> decide(const state& s, const fail_mint& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.shown.state != phase::minting || s.shown.mint_transaction_id != c.transaction)
    return events{};
  return events{mint_failed{c.transaction}};
}

runtime::result<events> decide(const state& s, const change_owner& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.last_sale && !is_later({c.transaction, c.slot}, *s.last_sale))
    return events{};
  return events{owner_changed{c.owner, c.transaction, c.slot}};
}

bool is_later(const sale& a, const sale& b) {
  if (a.slot && b.slot && *a.slot != *b.slot)
    return *a.slot > *b.slot;
  return a.transaction > b.transaction;
}

namespace {

void apply(state& s, const nft_created& e) {
  s.creator_wallet = e.creator_wallet;
  auto& v = s.shown;
  v.id = e.id;
  v.studio_id = e.what.studio;
  v.creator_id = e.creator;
  v.asset_id = e.what.asset;
  v.name = e.what.name;
  v.symbol = e.what.symbol;
  v.description = e.what.description;
  v.attributes = e.what.attributes;
  v.royalty_bps = e.what.royalty_bps;
  v.creators = e.what.creators;
  v.image_url = e.asset_url;
  v.image_type = e.asset_type;
  v.created_at = e.at;
  v.visibility = e.what.visibility;
  if (const auto& how = e.provenance)
    v.provenance = shown_provenance{how->job, how->provider, how->model, how->prompt, how->seed, how->params};
}

void apply(state& s, const mint_started& e) {
  s.shown.state = phase::minting;
  s.shown.mint_transaction_id = e.transaction;
  s.shown.mint_address = e.mint;
}

void apply(state& s, const nft_minted& e) {
  s.shown.state = phase::minted;
  s.shown.owner = s.creator_wallet;
  s.shown.signature = e.signature;
}

void apply(state& s, const mint_failed&) {
  s.shown.state = phase::draft;
  s.shown.mint_transaction_id.reset();
  s.shown.mint_address.reset();
}

void apply(state& s, const owner_changed& e) {
  s.shown.owner = e.owner;
  s.last_sale = sale{e.transaction, e.slot};
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  if (const auto* created = std::get_if<nft_created>(&e))
    return {created->what.studio.get(), created->creator.get()};
  return {before.shown.studio_id.get(), before.shown.creator_id.get()};
}

view view_of(const state& s) { return s.shown; }

namespace {

bool is_creator(const state& s, const runtime::principal& who) {
  return who.is_platform() || who.user == s.shown.creator_id.get();
}

} // namespace

view view_of(const state& s, const runtime::principal& who) {
  return is_creator(s, who) ? s.shown : public_view(s.shown);
}

bool may_read(const state& s, const runtime::principal& who) {
  return s.shown.state == phase::minted || is_creator(s, who);
}

view public_view(view v) {
  if (v.visibility == provenance_visibility::none)
    v.provenance.reset();
  else if (v.visibility == provenance_visibility::model && v.provenance)
    v.provenance = shown_provenance{{}, v.provenance->provider, v.provenance->model, {}, {}, {}};
  return v;
}

std::string metadata_json(const view& v, std::string_view public_url) {
  const auto image = std::string{public_url} + v.image_url;
  auto attributes = nlohmann::json::array();
  for (const auto& a : v.attributes)
    attributes.push_back({{"trait_type", a.trait_type.str()}, {"value", a.value.str()}});
  auto creators = nlohmann::json::array();
  for (const auto& c : v.creators)
    creators.push_back({{"address", c.address.str()}, {"share", c.share}});
  nlohmann::json out{{"name", v.name.str()},
                     {"symbol", v.symbol.str()},
                     {"description", v.description.str()},
                     {"seller_fee_basis_points", v.royalty_bps},
                     {"image", image},
                     {"attributes", attributes},
                     {"properties",
                      {{"files", {{{"uri", image}, {"type", v.image_type}}}},
                       {"category", v.image_type.starts_with("video/") ? "video" : "image"},
                       {"creators", creators}}}};
  if (const auto how = public_view(v).provenance)
    out["properties"]["provenance"] = nlohmann::json::parse(runtime::to_json(*how));
  if (v.image_type.starts_with("video/"))
    out["animation_url"] = image;
  return out.dump();
}

} // namespace ainft::nft
