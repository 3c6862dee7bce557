#include "actors/market/nft/routes.hpp"

#include "actors/ai/job/protocol.hpp"
#include "actors/chain/transaction/api.hpp"
#include "actors/list_route.hpp"
#include "actors/market/nft/domain.hpp"
#include "actors/market/nft/minting.hpp"
#include "actors/market/nft/queries.hpp"
#include "actors/market/nft/snapshot.hpp"
#include "actors/ownership.hpp"
#include "actors/studios/asset/api.hpp"
#include "actors/studios/asset/protocol.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace nft;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;

namespace {

/// The response when a wallet must sign and an NFT changes.
struct nft_and_transaction {
  transaction::to_sign transaction;
  nft::view nft;
};
AINFT_DESCRIBE(nft_and_transaction, (transaction, about("For the creator's wallet to sign.")),
               (nft, about("The NFT as it is now.")))
AINFT_ABOUT(nft_and_transaction, "The response if a wallet must sign and an NFT changes.")

/// The JSON Schema of metadata_json(). The standard has names in snake case, which AINFT_DESCRIBE cannot give.
constexpr auto metadata_schema = R"({
  "type": "object",
  "required": ["name", "symbol", "description", "seller_fee_basis_points", "image", "attributes", "properties"],
  "additionalProperties": false,
  "properties": {
    "name": {"type": "string", "description": "What people call it."},
    "symbol": {"type": "string", "description": "A short name; may be empty."},
    "description": {"type": "string", "description": "What it shows; may be empty."},
    "seller_fee_basis_points": {"type": "integer", "minimum": 0, "maximum": 10000,
      "description": "The creators' part of the price of each sale."},
    "image": {"type": "string", "description": "The URL of the picture or video."},
    "animation_url": {"type": "string", "description": "The same URL if it is a video; else absent."},
    "attributes": {"type": "array", "description": "Its traits.", "items": {
      "type": "object", "required": ["trait_type", "value"], "additionalProperties": false,
      "properties": {
        "trait_type": {"type": "string", "description": "What the trait is."},
        "value": {"type": "string", "description": "Its value."}}}},
    "properties": {
      "type": "object", "required": ["files", "category", "creators"], "additionalProperties": false,
      "description": "What else the standard defines, and the provenance.",
      "properties": {
        "files": {"type": "array", "description": "The picture or video.", "items": {
          "type": "object", "required": ["uri", "type"], "additionalProperties": false,
          "properties": {
            "uri": {"type": "string", "description": "Its URL."},
            "type": {"type": "string", "description": "Its media type."}}}},
        "category": {"type": "string", "enum": ["image", "video"], "description": "What the file is."},
        "creators": {"type": "array", "description": "Who gets the royalty.",
          "items": {"$ref": "#/components/schemas/CreatorShare"}},
        "provenance": {"$ref": "#/components/schemas/Provenance",
          "description": "How an AI job made the image: the part that the creator has made public."}}}}
})";

/// How the caller's job `id` created the asset.
task<provenance> provenance_of(const services& s, const call& c, job_id id, asset_id asset) {
  auto job = co_await read<ai_job::entity>(s, id.get(), c.who);
  if (!job && runtime::explain(job.error()).code == errc::not_found)
    co_return refuse_field("/jobId", "must be the id of one of the caller's AI jobs");
  if (!job)
    co_return std::move(job.error());
  const auto made =
    std::find_if(job->outputs.begin(), job->outputs.end(), [&](const auto& o) { return o.asset == asset; });
  if (made == job->outputs.end())
    co_return refuse_field("/jobId", "must be the job that created the asset");
  provenance how{id, job->provider, job->model, job->prompt, made->seed, job->params};
  co_return how;
}

task<reply> create_draft(const services& s, call& c, new_nft body) {
  AINFT_CO_TRY(studio, co_await own_studio(s, c, body.studio));
  AINFT_CO_TRY(asset, co_await own<asset::entity>(s, c, body.asset.get(), "/assetId"));
  const nft_id id{c.new_id()};
  const std::string type{runtime::name_of(asset.content_type)};
  std::optional<provenance> how;
  if (body.job) {
    AINFT_CO_TRY(known, co_await provenance_of(s, c, *body.job, body.asset));
    how = std::move(known);
  }
  create_nft what{id, std::move(body), s.platform.fee_bps, asset.url, type, std::move(how)};
  auto context = c.final_context(201);
  AINFT_CO_TRY(made, co_await command<nft::domain>(s, id.get(), std::move(context), std::move(what)));
  co_return http::entity_reply(std::move(made), 201);
}

task<reply> get_metadata(const services& s, call& c) {
  auto id = http::path_id<nft_id>(c);
  if (!id)
    co_return std::move(id.error());
  auto q = [id = *id](persistence::session& db) { return asset::publicity_of(db, id); };
  AINFT_CO_TRY(open_to_all, co_await net::query(s.db, std::move(q)));
  auto reader = reader_of(s, c);
  if (open_to_all != asset::publicity::none)
    reader = {};
  AINFT_CO_TRY(found, co_await read<nft::domain>(s, id->get(), std::move(reader)));
  reply out;
  out.body = metadata_json(found, s.platform.public_url);
  out.headers = {{"Access-Control-Allow-Origin", "*"}};
  if (open_to_all == asset::publicity::minted)
    out.headers.emplace_back("Cache-Control", "public, max-age=300");
  co_return out;
}

task<reply> mint_nft(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<nft_id>(c));
  co_return co_await nft::mint(s, c, id);
}

using asset::sign_field;

/// Signs the address of a draft's image, which is not public.
void sign_picture(nlohmann::ordered_json& nft, const sign_field& sign) {
  if (nft["state"] != "minted")
    sign(nft["imageUrl"]);
}

void sign_picture_of_mint(nlohmann::ordered_json& answer, const sign_field& sign) { sign_picture(answer["nft"], sign); }

} // namespace

task<runtime::answer> nft::show(const services& s, runtime::uuid id, runtime::principal reader) {
  auto found = co_await ainft::view<nft::domain>(s, id, reader);
  if (found)
    found->body = asset::sign_urls(s, found->body, sign_picture);
  co_return found;
}

void nft::add_routes(http::route_table& routes, const services& s) {
  constexpr auto tag = "NFTs", id = "The NFT.";
  routes.describe_tag(tag, "Drafts, and tokens on Solana.");
  const auto sign_image = [&s](const call& c, reply& r) { asset::sign_urls(s, c, r, sign_picture); };
  auto& post =
    routes
      .json<new_nft>(verb::post, "/v1/nfts", tag, "Draft an NFT", user_right("nfts.create"),
                     [&s](call& c, new_nft body) { return create_draft(s, c, std::move(body)); })
      .named("createNft")
      .describe("The NFT shows one of the caller's assets. Its token is on Solana after `mintNft`.")
      .sample(R"({"studioId": "std_01m887ywttfvmvjvc09bp435nk", "name": "Dawn #1", "symbol": "DAWN",)"
              R"( "description": "The first light of a polar day.", "assetId": "ast_01m887ywv3fzgsj306vf2xjr2v",)"
              R"( "attributes": [{"traitType": "Sky", "value": "red"}], "royaltyBps": 500})")
      .refuses({errc::not_owner, errc::conflict})
      .versioned()
      .answers<nft::view>(201);
  post.tool = "draft_nft";
  post.finish = sign_image;
  routes
    .get("/v1/nfts/{id}", tag, "Get an NFT", open_to_all,
         [&s](call& c) { return ainft::show<nft::domain, nft_id>(s, c, reader_of(s, c)); })
    .named("getNft")
    .takes<nft_id>(id)
    .describe("Until it is minted, an NFT is visible only to its creator and to operators.")
    .versioned()
    .answers<nft::view>()
    .finish = sign_image;
  routes
    .get("/v1/nfts/{id}/metadata.json", tag, "Get the metadata to which the token points", open_to_all,
         [&s](call& c) { return get_metadata(s, c); })
    .named("getNftMetadata")
    .takes<nft_id>(id)
    .describe("The off-chain metadata for wallets and marketplaces, by Metaplex's token standard. It is public as soon "
              "as the signed mint is submitted, and does not change.")
    .output = nlohmann::json::parse(metadata_schema);
  routes
    .post("/v1/nfts/{id}/mint", tag, "Mint an NFT", user_right("nfts.mint"), [&s](call& c) { return mint_nft(s, c); })
    .named("mintNft")
    .takes<nft_id>(id)
    .describe("Returns the transaction that mints the NFT, for its creator's wallet to sign "
              "(`POST /v1/transactions/{id}/signature`). The platform pays the costs. While an earlier transaction "
              "waits for its signature, the response has that one.")
    .header<std::string>("If-Match", "The NFT's ETag. The request is refused if the NFT has another version now.")
    .refuses({errc::not_owner, errc::wrong_state, errc::precondition_failed, errc::quota_exceeded, errc::solana_failed,
              errc::transaction_expired, errc::would_fail})
    .answers<nft_and_transaction>(202)
    .finish = [&s](const call& c, reply& r) { asset::sign_urls(s, c, r, sign_picture_of_mint); };
  list_route(routes, s, "/v1/nfts", tag, "List NFTs, oldest first", open_to_all, nft::list)
    .named("listNfts")
    .describe("Minted NFTs and the caller's own drafts. Operators see all drafts.");
}

} // namespace ainft
