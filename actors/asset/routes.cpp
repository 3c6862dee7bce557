#include "actors/asset/domain.hpp"
#include "actors/asset/keep.hpp"
#include "actors/asset/queries.hpp"
#include "actors/asset/store.hpp"
#include "actors/replies.hpp"
#include "actors/services.hpp"
#include "net/http/byte_range.hpp"
#include "net/http/file_body.hpp"

namespace ainft {

using namespace asset;
using http::access;
using http::call;
using http::reply;
using http::verb;
using runtime::errc;
using runtime::refuse;

namespace {

std::string_view header(const call& c, boost::beast::http::field name) {
  const auto it = c.headers->find(name);
  return it == c.headers->end() ? std::string_view{} : std::string_view{it->value().data(), it->value().size()};
}

/// The same content from the same user is the same asset: 201 the first time, 200 afterwards.
task<reply> upload_asset(const services& s, call& c) {
  if (!c.stream)
    co_return refuse(errc::malformed_request, "the body is empty");
  auto asset = co_await keep(s, *c.stream, c.context());
  if (!asset)
    co_return std::move(asset.error());
  co_return http::entity_reply(std::move(asset->shown), asset->fresh ? 201 : 200);
}

task<reply> serve_content(const services& s, call& c) {
  auto sha256 = content_hash::parse(c.parameters.at(0));
  if (!sha256)
    co_return refuse(errc::not_found, "there is no such asset");
  auto q = [h = *sha256](persistence::session& db) { return type_of(db, h); };
  auto type = co_await net::query(s.db, std::move(q));
  if (!type)
    co_return std::move(type.error());
  const auto path = path_of(s.platform.assets, *sha256);
  const auto found = co_await http::file_size(c, path);
  if (!*type || !found)
    co_return refuse(errc::not_found, "there is no such asset");
  const auto size = *found;
  reply out;
  out.content_type = runtime::name_of(**type);
  const auto tag = "\"" + sha256->str() + "\"";
  out.headers = {{"Cache-Control", "public, max-age=31536000, immutable"},
                 {"ETag", tag},
                 {"Accept-Ranges", "bytes"},
                 {"Cross-Origin-Resource-Policy", "cross-origin"}};
  if (header(c, boost::beast::http::field::if_none_match) == tag) {
    out.status = 304;
    co_return out;
  }
  auto range = http::read_range(header(c, boost::beast::http::field::range), size);
  if (!range)
    co_return std::move(range.error());
  out.file = http::file_part{path, range->offset, range->length};
  if (range->partial) {
    out.status = 206;
    out.headers.emplace_back("Content-Range", range->content_range(size));
  }
  co_return out;
}

} // namespace

void add_asset_routes(http::route_table& routes, const services& s) {
  http::route upload;
  upload.method = verb::post;
  upload.path = "/v1/assets";
  upload.tag = "Assets";
  upload.summary = "Upload a PNG, JPEG, WebP, GIF or MP4 of at most 20 MiB, raw or as multipart/form-data";
  upload.needs = access::user;
  upload.rate = http::rate_class::upload;
  upload.body = http::body_kind::stream;
  upload.idempotent = true;
  upload.function = [&s](call& c) { return upload_asset(s, c); };
  routes.answers<asset::view>(routes.add(std::move(upload)), 201);
  auto& one = routes.get("/v1/assets/{id}", "Assets", "An asset", access::anyone, [&s](call& c) { return show<asset::domain, asset_id>(s, c); });
  routes.answers<asset::view>(one);
  auto& content = routes.get("/assets/{sha256}", "Assets", "An asset's content", access::anyone,
                             [&s](call& c) { return serve_content(s, c); });
  content.success_type = "application/octet-stream";
}

} // namespace ainft
