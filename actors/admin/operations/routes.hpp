#pragma once

#include "actors/admin/operations/node_desk.hpp"

namespace ainft::operations {

/// Adds the operators' routes, under /v1/admin: what the console does is done by them too.
void add_routes(http::route_table& routes, const node_desk& desk);

// In parts, a file each.
void add_entity_routes(http::route_table& routes, const node_desk& desk);
void add_node_routes(http::route_table& routes, const node_desk& desk);
void add_follower_routes(http::route_table& routes, const node_desk& desk);
void add_session_routes(http::route_table& routes, const node_desk& desk);
void add_market_routes(http::route_table& routes, const node_desk& desk);
void add_budget_routes(http::route_table& routes, const node_desk& desk);

/// A route that shows something.
http::route& shows(http::route_table& routes, std::string path, std::string summary, std::vector<std::string> query, http::handler f);

/// A route that changes something; it is audited.
http::route& changes(http::route_table& routes, const node_desk& desk, std::string path, std::string summary, std::vector<std::string> query, http::handler f);

/// A reply from JSON.
http::reply shown(const nlohmann::json& what);

} // namespace ainft::operations
