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
  auto& post = routes.json<new_nft>(verb::post, "/v1/nfts", "NFTs",
                                    "Create an NFT draft from one of the caller's assets", user_right("nfts.create"),
                                    [&s](call& c, new_nft body) { return create_draft(s, c, std::move(body)); });
  post.tool = "draft_nft";
  post.finish = [&s](const call& c, reply& r) { asset::sign_urls(s, c, r, sign_picture); };
  routes.answers<nft::view>(post, 201);
  auto& one = routes.get("/v1/nfts/{id}", "NFTs", "An NFT; a draft is visible only to its studio", open_to_all,
                         [&s](call& c) { return ainft::show<nft::domain, nft_id>(s, c, reader_of(s, c)); });
  one.finish = post.finish;
  routes.answers<nft::view>(one);
  auto& metadata = routes.get("/v1/nfts/{id}/metadata.json", "NFTs", "The off-chain metadata that the token points to",
                              open_to_all, [&s](call& c) { return get_metadata(s, c); });
  metadata.output = {{"type", "object"}};
  auto& mint =
    routes.post("/v1/nfts/{id}/mint", "NFTs", "Mint an NFT; returns the transaction for the creator's wallet to sign",
                user_right("nfts.mint"), [&s](call& c) { return mint_nft(s, c); });
  mint.finish = [&s](const call& c, reply& r) { asset::sign_urls(s, c, r, sign_picture_of_mint); };
  routes.answers<transaction::signature_needed>(mint, 202);
  list_route(routes, s, "/v1/nfts", "NFTs", "Minted NFTs, and the caller's drafts, oldest first", open_to_all,
             nft::list);
}

} // namespace ainft
