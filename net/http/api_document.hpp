#pragma once

#include "net/http/route.hpp"

namespace ainft::http {

/// What the API description says besides the routes.
struct api_facts {
  std::string title;
  std::string version;
  std::string about;  ///< Markdown
  std::string server; ///< base URL
};

/// The OpenAPI 3.1 document of the routes: https://spec.openapis.org/oas/v3.1.1.html. Throws std::logic_error if a row
/// is incomplete: if it has no name, a tag that is not described, a parameter of its path that is not described, or a
/// sample that its own check refuses.
[[nodiscard]] nlohmann::json api_document(const route_table& routes, const api_facts& facts);

/// The error codes that a route can answer, sorted.
[[nodiscard]] std::vector<runtime::errc> codes_of(const route& r);

} // namespace ainft::http
