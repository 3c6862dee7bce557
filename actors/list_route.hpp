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
  std::vector<caf::error> bad; ///< of each invalid parameter

  template <class T>
  int field(std::string_view name, std::optional<T>& to) {
    auto found = http::query_value<T>(from, runtime::wire_name(name));
    if (found)
      to = std::move(*found);
    else
      bad.push_back(std::move(found.error()));
    return 0;
  }
};

/// What the query of a list asks for.
template <class Filter>
struct list_request {
  http::page page;
  Filter filter;
};

/// Refuses with errc::validation_failed and names all invalid parameters.
template <class Filter>
runtime::result<list_request<Filter>> read_list_request(const http::call& c) {
  list_request<Filter> out;
  filter_reader reader{c, {}};
  auto page = http::read_page(c);
  if (page)
    out.page = *page;
  else
    reader.bad.push_back(std::move(page.error()));
  with_fields(reader, out.filter, [](auto&&...) {});
  if (auto bad = runtime::joined(std::move(reader.bad)))
    return bad;
  return out;
}

/// A function that reads one page of a list, and one row more if there is another page.
template <class Filter, class Row>
using list_query = std::vector<Row> (*)(persistence::session&, const list_reader&, const Filter&, const http::page&);

/// Reads the page and the filter of `c`, and responds with what a list_query finds. `query` is a lambda (see all_of).
template <class Filter, class Query>
task<http::reply> read_list(const services& s, http::call& c, Query query) {
  AINFT_CO_TRY(asked, read_list_request<Filter>(c));
  const list_reader who{user_id{caller_of(c).user}, reader_of(s, c).is_platform()};
  auto q = [query, who, of = asked](persistence::session& db) { return query(db, who, of.filter, of.page); };
  co_return co_await page_of(s, asked.page, std::move(q));
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
  out.check_query = [](const http::call& c) {
    auto asked = read_list_request<Filter>(c);
    return asked ? caf::error{} : std::move(asked.error());
  };
  return out.filters<Filter>().template answers_pages<Row>();
}

} // namespace ainft
