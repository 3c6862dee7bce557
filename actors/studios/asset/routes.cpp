#include "actors/studios/asset/routes.hpp"

#include "actors/replies.hpp"
#include "actors/studios/asset/domain.hpp"
#include "actors/studios/asset/keep.hpp"
#include "actors/studios/asset/publicity.hpp"
#include "actors/studios/asset/queries.hpp"
#include "actors/studios/asset/settings.hpp"
#include "actors/studios/asset/store.hpp"
#include "actors/studios/asset/urls.hpp"
#include "net/http/byte_range.hpp"
#include "net/http/file_body.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace asset;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;
using runtime::refuse;

namespace {

std::string_view header(const call& c, boost::beast::http::field name) {
  const auto it = c.headers->find(name);
  return it == c.headers->end() ? std::string_view{} : std::string_view{it->value().data(), it->value().size()};
}

/// Answers 201 for a new asset, and 200 if the user already has an asset with this content.
task<reply> upload_asset(const services& s, call& c) {
  if (!c.stream)
    co_return refuse(errc::malformed_request, "the body is empty");
  AINFT_CO_TRY(asset, co_await keep(s, *c.stream, c.context()));
  co_return http::entity_reply(std::move(asset.shown), asset.fresh ? 201 : 200);
}

/// How long the call's signature is still valid for this content. Empty if it has none or it is invalid.
std::optional<std::chrono::seconds> signed_for(const services& s, const call& c, const content_hash& sha256) {
  const auto expires = c.query.find("expires"), signature = c.query.find("signature");
  if (expires == c.query.end() || signature == c.query.end())
    return std::nullopt;
  return time_left(sha256, expires->second, signature->second, s.platform.url_key, s.host.time().now());
}

/// The Cache-Control value for the content. Empty if the caller may not read it.
std::optional<std::string> caching_of(const content_access& access, std::optional<std::chrono::seconds> signature,
                                      bool is_operator) {
  if (access.open_to_all == asset::publicity::minted)
    return "public, max-age=31536000, immutable";
  if (signature)
    return "private, max-age=" + std::to_string(signature->count()) + ", immutable";
  if (access.open_to_all == asset::publicity::landing || access.own || is_operator)
    return "private, no-cache";
  return std::nullopt;
}

task<reply> serve_content(const services& s, call& c) {
  auto sha256 = content_hash::parse(c.parameters.at(0));
  if (!sha256)
    co_return refuse(errc::not_found, "no such asset");
  const auto who = reader_of(s, c);
  auto q = [h = *sha256, reader = user_id{who.user}](persistence::session& db) { return access_to(db, h, reader); };
  AINFT_CO_TRY(access, co_await net::query(s.db, std::move(q)));
  const auto caching = access ? caching_of(*access, signed_for(s, c, *sha256), who.is_platform()) : std::nullopt;
  const auto path = path_of(s.settings.of<asset::settings>().folder, *sha256);
  if (!caching)
    co_return refuse(errc::not_found, "no such asset");
  const auto found = co_await http::file_size(c, path);
  if (!found)
    co_return refuse(errc::not_found, "no such asset");
  const auto size = *found;
  reply out;
  out.content_type = runtime::name_of(access->type);
  const auto tag = "\"" + sha256->str() + "\"";
  out.headers = {{"Cache-Control", *caching},
                 {"ETag", tag},
                 {"Accept-Ranges", "bytes"},
                 {"Cross-Origin-Resource-Policy", "cross-origin"}};
  if (header(c, boost::beast::http::field::if_none_match) == tag) {
    out.status = 304;
    co_return out;
  }
  AINFT_CO_TRY(range, http::read_range(header(c, boost::beast::http::field::range), size));
  out.file = http::file_part{path, range.offset, range.length};
  if (range.partial) {
    out.status = 206;
    out.headers.emplace_back("Content-Range", range.content_range(size));
  }
  co_return out;
}

/// Only the owner and operators may read an asset, until an NFT of it is minted.
task<reply> show_asset(const services& s, call& c) {
  auto id = http::path_id<asset_id>(c);
  if (!id)
    co_return std::move(id.error());
  auto q = [id = *id](persistence::session& db) { return publicity_of(db, id); };
  AINFT_CO_TRY(open_to_all, co_await net::query(s.db, std::move(q)));
  auto reader = reader_of(s, c);
  if (open_to_all == asset::publicity::minted)
    reader = {};
  co_return co_await show<asset::domain, asset_id>(s, c, std::move(reader));
}

/// The types that store() recognizes, as Content-Types.
std::vector<std::string> accepted_types() {
  const auto names = enum_names(media_type{});
  return {names.begin(), names.end()};
}

} // namespace

void asset::add_routes(http::route_table& routes, const services& s) {
  const auto sign_content = [&s](const call& c, reply& r) {
    if (c.who.user.is_nil()) // anonymous callers see public assets only
      return;
    sign_urls(s, c, r, [](auto& asset, const auto& sign) { sign(asset["url"]); });
  };
  constexpr auto tag = "Assets";
  routes.describe_tag(tag, "Files that users have stored: pictures, animations and videos.");
  http::route upload;
  upload.method = verb::post;
  upload.path = "/v1/assets";
  upload.tag = tag;
  upload.summary = "Upload a picture, an animation or a video";
  upload.needs = user_right("assets.upload");
  upload.rate = http::rate_class::upload;
  upload.body = http::body_kind::stream;
  upload.input_types = accepted_types();
  upload.idempotent = true;
  upload.finish = sign_content;
  upload.function = [&s](call& c) { return upload_asset(s, c); };
  routes.add(std::move(upload))
    .named("uploadAsset")
    .describe(
      "Takes PNG, JPEG, WebP, GIF and MP4 files of at most 20 MiB; the operator may set a lower limit. The body is "
      "the file itself, or a form with the file. The platform detects the type from the content, whatever the "
      "Content-Type is, and inspects the whole file. The response is a 200 if the caller already has an asset "
      "with this content.")
    .versioned()
    .answers<asset::view>(201)
    .answers_also<asset::view>(200);
  routes.get("/v1/assets/{id}", tag, "Get an asset", open_to_all, [&s](call& c) { return show_asset(s, c); })
    .named("getAsset")
    .takes<asset_id>("The asset.")
    .describe("An asset is visible to its owner and to operators, and to everybody once an NFT of it is minted.")
    .versioned()
    .answers<asset::view>()
    .finish = sign_content;
  auto& content =
    routes
      .get("/assets/{sha256}", tag, "Get the content of an asset", open_to_all,
           [&s](call& c) { return serve_content(s, c); })
      .named("getAssetContent")
      .takes<content_hash>("The `sha256` of the asset.")
      .describe(
        "The file, as `image/png`, `image/jpeg`, `image/webp`, `image/gif` or `video/mp4`. Its ETag is its "
        "SHA-256. It is public once an NFT of it is minted, or the signed mint was submitted. Before, its owner "
        "and operators get it with an access token, and everybody with a signed `url` of the asset.")
      .asks<std::string>("expires", "When the signed address expires, in seconds of Unix time; part of `url`.")
      .asks<std::string>("signature", "The signature of the address; part of `url`.")
      .header<std::string>("Range", "One range of bytes, such as `bytes=0-1023`, for a 206 with this part of the file. "
                                    "Any other value is ignored.")
      .header<std::string>("If-None-Match", "The ETag of an earlier response, for a 304 without a body.")
      .refuses({errc::range_not_satisfiable})
      .answers_type("*/*")
      .answers_also<std::string>(206);
  content.other_outputs[304] = nullptr; // no body
}

} // namespace ainft
