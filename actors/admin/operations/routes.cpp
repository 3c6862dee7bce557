#include "actors/admin/operations/routes.hpp"

namespace ainft::operations {

namespace {

const nlohmann::json any_object{{"type", "object"}};

} // namespace

http::reply shown(const nlohmann::json& what) {
  http::reply out;
  out.body = what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return out;
}

http::route& shows(http::route_table& routes, std::string path, std::string_view needs, std::string summary,
                   std::vector<std::string> query, http::handler f) {
  auto& r = routes.get(std::move(path), "Operators", std::move(summary), http::operator_right(needs), std::move(f));
  r.query = std::move(query);
  r.output = any_object;
  return r;
}

http::route& changes(http::route_table& routes, const node_service& service, std::string path, std::string_view needs,
                     std::string summary, std::vector<std::string> query, http::handler f) {
  auto& r = routes.post(std::move(path), "Operators", std::move(summary), http::operator_right(needs),
                        service.audited(std::move(f)));
  r.query = std::move(query);
  r.output = any_object;
  return r;
}

void add_routes(http::route_table& routes, const node_service& service) {
  add_node_routes(routes, service);
  add_entity_routes(routes, service);
  add_follower_routes(routes, service);
  add_session_routes(routes, service);
  add_market_routes(routes, service);
  add_budget_routes(routes, service);
}

} // namespace ainft::operations
