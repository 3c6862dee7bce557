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

constexpr auto operators_tag = "Operators";

/// Adds a route that shows something. `needs` is the name of an operators' right; it must be a literal.
http::route& shows(http::route_table& routes, std::string path, std::string_view needs, std::string summary,
                   http::handler f);

/// Adds a route that changes something. Its calls are audited. `needs` is the name of an operators' right; it must be a
/// literal.
http::route& changes(http::route_table& routes, const node_service& service, std::string path, std::string_view needs,
                     std::string summary, http::handler f);

/// Wraps a handler so that it runs on the right node: node_service::on_named_node or node_service::wherever_it_is.
using node_choice = http::handler (node_service::*)(http::handler) const;

/// The same for a route with a Body. It calls f(call&, Body), on the node that `where` selects; without it, here.
template <class Body, class F>
http::route& changes_with(http::route_table& routes, const node_service& service, std::string path,
                          std::string_view needs, std::string summary, F f, node_choice where = nullptr) {
  auto& r = routes.json<Body>(http::verb::post, std::move(path), operators_tag, std::move(summary),
                              http::operator_right(needs), std::move(f));
  r.function = service.audited(where ? (service.*where)(std::move(r.function)) : std::move(r.function));
  return r;
}

/// Describes the query parameter `node` of a route that runs on the named node.
http::route& asks_node(http::route& r);

/// Adds a query parameter: a whole number from `low` to `high`.
http::route& asks_number(http::route& r, std::string name, std::string about, uint64_t low, uint64_t high);

/// Declares the response of whole_list(): a list without pages and without a limit.
template <class Item>
http::route& answers_all(http::route& r) {
  return r.answers_all<Item>();
}

/// A reply with JSON. Replaces bytes that are not UTF-8, such as those of a setting or of another program's error.
http::reply json_text_reply(std::string_view json);

/// A reply with a described value.
template <class T>
http::reply shown(const T& what) {
  return json_text_reply(runtime::to_json(what));
}

} // namespace ainft::operations
