#pragma once

#include "actors/reader.hpp"
#include "runtime/try.hpp"

namespace ainft {

/// Responds to GET of one entity: the view of the entity with the id in the path, with its version as the ETag.
template <class Domain, class Id>
task<http::reply> show(const services& s, http::call& c, runtime::principal reader) {
  AINFT_CO_TRY(id, http::path_id<Id>(c));
  AINFT_CO_TRY(found, co_await view<Domain>(s, id.get(), reader));
  co_return http::entity_reply(std::move(found));
}

template <class Domain, class Id>
task<http::reply> show(const services& s, http::call& c) {
  return show<Domain, Id>(s, c, caller_of(c));
}

/// Gives a command to the entity with the id in the path, on behalf of the caller, and responds with the result.
/// Refuses with errc::not_found if the caller may not see the entity.
template <class Domain, class Id, class Command>
task<http::reply> tell(const services& s, http::call& c, Command what, int status = 200) {
  AINFT_CO_TRY(id, http::path_id<Id>(c));
  if (auto seen = co_await view<Domain>(s, id.get(), c.who); !seen)
    co_return std::move(seen.error());
  auto context = c.final_context(status);
  AINFT_CO_TRY(done, co_await command<Domain>(s, id.get(), std::move(context), std::move(what)));
  co_return http::entity_reply(std::move(done), status);
}

/// The response of a list without further pages.
template <class Item>
http::reply whole_list(const std::vector<Item>& all) {
  std::vector<std::string> items;
  items.reserve(all.size());
  for (const auto& x : all)
    items.push_back(runtime::to_json(x));
  return http::list_reply(items, std::nullopt);
}

/// Runs `query(session&)`, which returns a vector, and responds with all of it. Pass a lambda, not a function: in a
/// unity build, g++ 14 crashes on a coroutine that gets a pointer to a function with a type that is local to a file.
template <class Query>
task<http::reply> all_of(const services& s, Query query) {
  AINFT_CO_TRY(found, co_await net::query(s.db, std::move(query)));
  co_return whole_list(found);
}

/// A 204 response.
[[nodiscard]] inline http::reply no_content() {
  http::reply out;
  out.status = 204;
  return out;
}

/// The response of a list, from rows that were read with one more than the page's limit.
template <class View>
http::reply page_reply(std::vector<View> rows, const http::page& page) {
  const bool more = rows.size() > page.limit;
  if (more)
    rows.resize(page.limit);
  std::vector<std::string> items;
  items.reserve(rows.size());
  for (const auto& row : rows)
    items.push_back(runtime::to_json(row));
  return http::list_reply(items, more ? std::optional{rows.back().id.get()} : std::nullopt);
}

/// Reads a page with `query(session&)` and responds with it.
template <class Query>
task<http::reply> page_of(const services& s, http::page page, Query query) {
  AINFT_CO_TRY(found, co_await net::query(s.db, std::move(query)));
  co_return page_reply(std::move(found), page);
}

} // namespace ainft
