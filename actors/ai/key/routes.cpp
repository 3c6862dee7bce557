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
  runtime::bounded_text<1, 1000> key;
};
AINFT_DESCRIBE(new_key, key)

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
  if (auto bad = http::first_error(name, of))
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
  if (auto bad = http::first_error(name, of))
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

void add_rows(http::route_table& routes, const std::string& path, const std::string& whose,
              const std::array<http::right, 3>& needs, std::shared_ptr<const key_service> d) {
  const auto& [store, remove_right, read] = needs;
  const auto* tag = read.held_by == http::holder::operators ? "Operators" : "AI";
  auto& put = routes.json<new_key>(verb::put, path + "/{provider}", tag,
                                   "Store " + whose + " key for a provider; it is never shown again", store,
                                   [d](call& c, new_key body) { return put_key(*d, c, std::move(body)); });
  put.success = 204;
  http::route remove;
  remove.method = verb::delete_;
  remove.path = path + "/{provider}";
  remove.tag = tag;
  remove.summary = "Delete " + whose + " key for a provider";
  remove.needs = remove_right;
  remove.rate = http::rate_class::write;
  remove.success = 204;
  remove.function = [d](call& c) { return delete_key(*d, c); };
  routes.add(std::move(remove));
  routes.answers_list<kept_key>(routes.get(path, tag, "The providers for which " + whose + " keys are stored", read,
                                           [d](call& c) { return list_keys(*d, c); }));
}

} // namespace

void ai_key::add_routes(http::route_table& routes, const services& s) {
  add_rows(routes, "/v1/studios/{id}/ai-keys", "a studio's",
           {user_right("ai_keys.store"), user_right("ai_keys.delete"), user_right("ai_keys.read")},
           std::make_shared<const key_service>(key_service{s, s.ai.providers, s.ai.vault, false}));
  add_rows(routes, "/v1/admin/ai/keys", "the platform's",
           {operator_right("platform_ai_keys.store"), operator_right("platform_ai_keys.delete"),
            operator_right("platform_ai_keys.read")},
           std::make_shared<const key_service>(key_service{s, s.ai.providers, s.ai.vault, true}));
}

} // namespace ainft
