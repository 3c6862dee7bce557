#pragma once

#include "actors/admin/operations/node_service.hpp"

namespace ainft::operations {

/// Adds the operators' routes under /v1/admin. The console uses the same routes.
void add_routes(http::route_table& routes, const node_service& service);

// Each of these is in a file of its own.
void add_entity_routes(http::route_table& routes, const node_service& service);
void add_node_routes(http::route_table& routes, const node_service& service);
void add_follower_routes(http::route_table& routes, const node_service& service);
void add_session_routes(http::route_table& routes, const node_service& service);
void add_market_routes(http::route_table& routes, const node_service& service);
void add_budget_routes(http::route_table& routes, const node_service& service);

/// Adds a route that shows something. `needs` is the name of an operators' right; it must be a literal.
http::route& shows(http::route_table& routes, std::string path, std::string_view needs, std::string summary,
                   std::vector<std::string> query, http::handler f);

/// Adds a route that changes something. Its calls are audited. `needs` is the name of an operators' right; it must be a
/// literal.
http::route& changes(http::route_table& routes, const node_service& service, std::string path, std::string_view needs,
                     std::string summary, std::vector<std::string> query, http::handler f);

/// A reply from JSON.
http::reply shown(const nlohmann::json& what);

} // namespace ainft::operations
