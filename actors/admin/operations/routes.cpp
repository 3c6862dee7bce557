#include "actors/admin/operations/routes.hpp"

namespace ainft::operations {

http::route& shows(http::route_table& routes, std::string path, std::string_view needs, std::string summary,
                   http::handler f) {
  return routes.get(std::move(path), operators_tag, std::move(summary), http::operator_right(needs), std::move(f));
}

http::route& changes(http::route_table& routes, const node_service& service, std::string path, std::string_view needs,
                     std::string summary, http::handler f) {
  return routes.post(std::move(path), operators_tag, std::move(summary), http::operator_right(needs),
                     service.audited(std::move(f)));
}

http::route& asks_node(http::route& r) {
  r.asks<std::string>("node", "The name of the node to ask. The node that gets the request if absent.");
  return r.refuses({runtime::errc::not_found, runtime::errc::unknown_message});
}

http::route& asks_number(http::route& r, std::string name, std::string about, uint64_t low, uint64_t high) {
  r.asks<uint64_t>(std::move(name), std::move(about));
  r.query.back().schema = {{"type", "integer"}, {"minimum", low}, {"maximum", high}};
  return r;
}

http::reply json_text_reply(std::string_view json) {
  http::reply out;
  out.body = nlohmann::json::parse(runtime::json_quoted(json)).get<std::string>();
  return out;
}

void add_routes(http::route_table& routes, const node_service& service) {
  routes.describe_tag(operators_tag,
                      "The insides of the platform, for the wallets in the setting `auth.operators`. The operators' "
                      "console calls the same routes. Each change is audited: the platform records it before it "
                      "executes it.");
  add_node_routes(routes, service);
  add_entity_routes(routes, service);
  add_follower_routes(routes, service);
  add_session_routes(routes, service);
  add_market_routes(routes, service);
  add_budget_routes(routes, service);
}

} // namespace ainft::operations
