#pragma once

#include "actors/list_reader.hpp"
#include "actors/replies.hpp"
#include "runtime/codec/json_writer.hpp"
#include "runtime/try.hpp"

/// Routes that answer with a list, page by page.
namespace ainft {

/// Reads the described members of a filter from the query parameters with their names in camelCase. The members are
/// std::optional.
struct filter_reader {
  const http::call& from;
  caf::error bad; ///< of the first invalid parameter

  template <class T>
  int field(std::string_view name, std::optional<T>& to) {
    auto found = http::query_value<T>(from, runtime::wire_name(name));
    if (found)
      to = std::move(*found);
    else if (!bad)
      bad = std::move(found.error());
    return 0;
  }
};

/// A function that reads one page of a list, and one row more if there is another page.
template <class Filter, class Row>
using list_query = std::vector<Row> (*)(persistence::session&, const list_reader&, const Filter&, const http::page&);

/// Reads the page and the filter of `c`, and responds with what a list_query finds. `query` is a lambda (see all_of).
template <class Filter, class Query>
task<http::reply> read_list(const services& s, http::call& c, Query query) {
  AINFT_CO_TRY(page, http::read_page(c));
  Filter filter;
  filter_reader reader{c, {}};
  with_fields(reader, filter, [](auto&&...) {});
  if (reader.bad)
    co_return std::move(reader.bad);
  const list_reader who{user_id{caller_of(c).user}, reader_of(s, c).is_platform()};
  auto q = [query, who, filter, p = page](persistence::session& db) { return query(db, who, filter, p); };
  co_return co_await page_of(s, page, std::move(q));
}

/// Adds a GET route that answers with a list. Its query parameters are `limit`, `cursor` and the described members of
/// `Filter`. Other parameters and invalid values are refused. `Row` is described, and has a member `id`, by which
/// the list is sorted.
template <class Filter, class Row>
http::route& list_route(http::route_table& routes, const services& s, std::string path, std::string tag,
                        std::string summary, http::right needs, list_query<Filter, Row> query) {
  auto find = [query](auto&... of) { return query(of...); };
  http::route& out = routes.get(std::move(path), std::move(tag), std::move(summary), needs,
                                [&s, find](http::call& c) { return read_list<Filter>(s, c, find); });
  return out.filters<Filter>().template answers_list<Row>();
}

} // namespace ainft
