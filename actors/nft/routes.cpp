#include "actors/ai_job/domain.hpp"
#include "actors/asset/domain.hpp"
#include "actors/nft/domain.hpp"
#include "actors/nft/minting.hpp"
#include "actors/nft/queries.hpp"
#include "actors/ownership.hpp"
#include "actors/replies.hpp"
#include "actors/services.hpp"
#include "actors/transaction/prepare.hpp"

namespace ainft {

using namespace nft;
using http::access;
using http::call;
using http::reply;
using http::verb;
using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;

namespace {

/// How the caller's job made an asset.
task<provenance> provenance_of(const services& s, const call& c, job_id id, asset_id asset) {
  auto job = co_await read<ai_job::domain>(s, id.get(), c.who);
  if (!job && runtime::explain(job.error()).code == errc::not_found)
    co_return refuse_field("/jobId", "must be the id of one of the caller's AI jobs");
  if (!job)
    co_return std::move(job.error());
  const auto made = std::find_if(job->outputs.begin(), job->outputs.end(), [&](const auto& o) { return o.asset == asset; });
  if (made == job->outputs.end())
    co_return refuse_field("/jobId", "must be the job that made the asset");
  provenance how{id, job->provider, job->model, job->prompt, made->seed, job->params};
  co_return how;
}

task<reply> create_draft(const services& s, call& c, new_nft body) {
  auto studio = co_await own_studio(s, c, body.studio);
  if (!studio)
    co_return std::move(studio.error());
  auto asset = co_await own<asset::domain>(s, c, body.asset.get(), "/assetId");
  if (!asset)
    co_return std::move(asset.error());
  const nft_id id{c.new_id()};
  const std::string type{runtime::name_of(asset->content_type)};
  std::optional<provenance> how;
  if (body.job) {
    auto known = co_await provenance_of(s, c, *body.job, body.asset);
    if (!known)
      co_return std::move(known.error());
    how = std::move(*known);
  }
  create_nft what{id, std::move(body), s.platform.fee_bps, asset->url, type, std::move(how)};
  auto context = c.final_context(201);
  auto made = co_await command<nft::domain>(s, id.get(), std::move(context), std::move(what));
  if (!made)
    co_return std::move(made.error());
  co_return http::entity_reply(std::move(*made), 201);
}

task<reply> get_metadata(const services& s, call& c) {
  auto id = http::path_id<nft_id>(c);
  if (!id)
    co_return std::move(id.error());
  auto found = co_await read<nft::domain>(s, id->get());
  if (!found)
    co_return std::move(found.error());
  reply out;
  out.body = metadata_json(*found, s.platform.public_url);
  out.headers = {{"Cache-Control", "public, max-age=300"}, {"Access-Control-Allow-Origin", "*"}};
  co_return out;
}

task<reply> mint_nft(const services& s, call& c) {
  auto id = http::path_id<nft_id>(c);
  if (!id)
    co_return std::move(id.error());
  co_return co_await nft::mint(s, c, *id);
}

task<reply> list_nfts(const services& s, call& c) {
  if (auto bad = http::refuse_unknown_query(c, {"limit", "cursor", "studioId", "owner", "state"}))
    co_return bad;
  auto page = http::read_page(c);
  auto studio = http::query_value<studio_id>(c, "studioId");
  auto owner = http::query_value<wallet_address>(c, "owner");
  auto state = http::query_value<nft::phase>(c, "state");
  if (auto bad = http::first_error(page, studio, owner, state))
    co_return bad;
  auto q = [f = filter{*studio, *owner, *state}, p = *page](persistence::session& db) { return list(db, f, p); };
  co_return co_await page_of(s, *page, std::move(q));
}

} // namespace

void add_nft_routes(http::route_table& routes, const services& s) {
  auto& post = routes.json<new_nft>(verb::post, "/v1/nfts", "NFTs", "Draft an NFT of one of the caller's assets", access::user,
                                    [&s](call& c, new_nft body) { return create_draft(s, c, std::move(body)); });
  post.tool = "draft_nft";
  routes.answers<nft::view>(post, 201);
  routes.answers<nft::view>(
    routes.get("/v1/nfts/{id}", "NFTs", "An NFT", access::anyone, [&s](call& c) { return show<nft::domain, nft_id>(s, c); }));
  auto& metadata = routes.get("/v1/nfts/{id}/metadata.json", "NFTs", "The off-chain metadata that the token points to",
                              access::anyone, [&s](call& c) { return get_metadata(s, c); });
  metadata.output = {{"type", "object"}};
  auto& mint = routes.post("/v1/nfts/{id}/mint", "NFTs", "Mint it: gives the transaction for the creator's wallet to sign",
                           access::user, [&s](call& c) { return mint_nft(s, c); });
  routes.answers<transaction::signature_needed>(mint, 202);
  auto& all = routes.get("/v1/nfts", "NFTs", "NFTs, oldest first", access::anyone, [&s](call& c) { return list_nfts(s, c); });
  all.query = {"studioId", "owner", "state"};
  routes.answers_list<nft::summary>(all);
}

} // namespace ainft
