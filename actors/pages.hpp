#pragma once

#include "net/http/call.hpp"

namespace ainft {

/// A list's answer from rows that were read with one beyond the page's limit.
template <class View>
http::reply page_reply(std::vector<View> rows, const http::page& page) {
  const bool more = rows.size() > page.limit;
  if (more)
    rows.resize(page.limit);
  std::vector<std::string> items;
  for (const auto& row : rows)
    items.push_back(runtime::to_json(row));
  return http::list_reply(items, more ? std::optional{rows.back().id.get()} : std::nullopt);
}

} // namespace ainft
