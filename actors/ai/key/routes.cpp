#include "actors/ai/key/routes.hpp"

#include "actors/ai/job/api.hpp"
#include "actors/ai/key/keys.hpp"
#include "actors/ownership.hpp"
#include "actors/replies.hpp"
#include "actors/studios/studio/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

#include <spdlog/spdlog.h>

namespace ainft {

using namespace ai_key;
using http::call;
using http::operator_right;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;
using runtime::refuse;

namespace {

/// The body of a PUT.
struct new_key {
  static constexpr std::string_view api_name = "NewAiKey";
  runtime::bounded_text<1, 1000> key;
};
AINFT_DESCRIBE(new_key, (key, about("The key: up to 1000 printable ASCII characters without spaces.")))
AINFT_ABOUT(new_key, "A key of a provider.")

/// The context of the routes, for the keys of a studio or of the platform.
struct key_service {
  const services& s;
  const ai_job::providers& known;
  const ai_key::vault& vault;
  bool is_platform;

  /// The owner of the path's keys: the platform, or a studio of the caller.
  task<owner> owner_of(const call& c) const {
    if (is_platform)
      co_return owner{};
    AINFT_CO_TRY(studio, co_await own_of_path<studio::entity, studio_id>(s, c));
    co_return owner{studio.id};
  }

  [[nodiscard]] runtime::result<std::string> provider_of(const call& c) const {
    std::string name{c.parameters.back()};
    if (!known.find(name))
      return refuse(errc::not_found, "no such provider");
    return name;
  }
};

task<reply> put_key(const key_service& d, call& c, new_key body) {
  if (!d.vault.is_open())
    co_return refuse(errc::conflict, "this platform cannot store keys: ai.secret-key-files is not set");
  auto name = d.provider_of(c);
  auto of = co_await d.owner_of(c);
  if (auto bad = http::errors_of(name, of))
    co_return bad;
  for (const char ch : body.key.str())
    if (ch <= ' ' || ch > '~') // the key becomes the value of an HTTP header
      co_return runtime::refuse_field("/key", "must be printable ASCII without spaces");
  auto q = [&vault = d.vault, of = *of, name = *name, key = body.key.str()](persistence::session& db) {
    set(db, vault, of, name, key);
    return true;
  };
  AINFT_CO_TRY(done, co_await net::query(d.s.db, std::move(q)));
  if (d.is_platform)
    spdlog::info("operator {} set the platform's key of {}", c.who.wallet, *name);
  co_return no_content();
}

task<reply> delete_key(const key_service& d, call& c) {
  auto name = d.provider_of(c);
  auto of = co_await d.owner_of(c);
  if (auto bad = http::errors_of(name, of))
    co_return bad;
  auto q = [of = *of, name = *name](persistence::session& db) { return remove(db, of, name); };
  AINFT_CO_TRY(done, co_await net::query(d.s.db, std::move(q)));
  if (!done)
    co_return refuse(errc::not_found, "no key is stored for " + *name);
  if (d.is_platform)
    spdlog::info("operator {} removed the platform's key of {}", c.who.wallet, *name);
  co_return no_content();
}

task<reply> list_keys(const key_service& d, call& c) {
  auto of = co_await d.owner_of(c);
  if (!of)
    co_return std::move(of.error());
  auto q = [of = *of](persistence::session& db) { return list(db, of); };
  co_return co_await all_of(d.s, std::move(q));
}

/// What differs between the routes for a studio's keys and those for the platform's.
struct key_rows {
  std::string path;
  const char* tag;
  const char* whose;
  const char* whose_name; ///< in the operations' names
  http::right store, remove, read;
  std::vector<errc> refusals;
};

void add_rows(http::route_table& routes, const key_rows& rows, const std::shared_ptr<const key_service>& d) {
  const auto one = rows.path + "/{provider}";
  const auto name = [&](const std::string& action) { return action + rows.whose_name + "AiKey"; };
  const auto complete = [&](http::route& r) -> http::route& {
    r.refusals.insert(r.refusals.end(), rows.refusals.begin(), rows.refusals.end());
    return d->is_platform ? r : r.takes<studio_id>("The studio.");
  };
  const auto of_provider = [&](http::route& r) -> http::route& {
    return complete(r).takes<ai_job::provider_name>("The name of a provider of `GET /v1/ai/providers`.");
  };
  auto& put = routes.json<new_key>(verb::put, one, rows.tag, std::string{"Store "} + rows.whose + " key for a provider",
                                   rows.store, [d](call& c, new_key body) { return put_key(*d, c, std::move(body)); });
  of_provider(put)
    .named(name("store"))
    .describe("It replaces an earlier key. The platform keeps it sealed and never shows it again. With `conflict`, the "
              "platform says that it cannot store keys.")
    .sample(R"({"key": "the-key-that-the-provider-gave-you"})")
    .refuses({errc::conflict})
    .answers_nothing();
  http::route removal;
  removal.method = verb::delete_;
  removal.path = one;
  removal.tag = rows.tag;
  removal.summary = std::string{"Delete "} + rows.whose + " key for a provider";
  removal.needs = rows.remove;
  removal.rate = http::rate_class::write;
  removal.function = [d](call& c) { return delete_key(*d, c); };
  of_provider(routes.add(std::move(removal)))
    .named(name("delete"))
    .describe("The platform removes the sealed key and cannot restore it.")
    .answers_nothing();
  auto& list =
    routes.get(rows.path, rows.tag, std::string{"List the providers for which "} + rows.whose + " keys are stored",
               rows.read, [d](call& c) { return list_keys(*d, c); });
  complete(list)
    .named(name("list") + "s")
    .describe("Only their names and times: nothing shows a key again.")
    .answers_all<kept_key>();
}

} // namespace

void ai_key::add_routes(http::route_table& routes, const services& s) {
  const key_rows of_studio{"/v1/studios/{id}/ai-keys",
                           "AI",
                           "a studio's",
                           "Studio",
                           user_right("ai_keys.store"),
                           user_right("ai_keys.delete"),
                           user_right("ai_keys.read"),
                           {errc::not_owner}};
  add_rows(routes, of_studio, std::make_shared<const key_service>(key_service{s, s.ai.providers, s.ai.vault, false}));
  const key_rows of_platform{"/v1/admin/ai/keys",
                             "Operators",
                             "the platform's",
                             "Platform",
                             operator_right("platform_ai_keys.store"),
                             operator_right("platform_ai_keys.delete"),
                             operator_right("platform_ai_keys.read"),
                             {}};
  add_rows(routes, of_platform, std::make_shared<const key_service>(key_service{s, s.ai.providers, s.ai.vault, true}));
}

} // namespace ainft
