#include "net/http/route.hpp"

#include <boost/beast/http/status.hpp>

#include <stdexcept>

namespace ainft::http {

using namespace runtime;

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  size_t at = 1;
  while (at <= path.size()) {
    const auto slash = std::min(path.find('/', at), path.size());
    out.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return out;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

nlohmann::json problem_response(std::string_view description) {
  return {{"description", std::string{description}},
          {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
}

nlohmann::json string_parameter(const std::string& name, const char* in, bool required) {
  return {{"name", name}, {"in", in}, {"required", required}, {"schema", {{"type", "string"}}}};
}

nlohmann::json operation(const route& r) {
  nlohmann::json out{{"summary", r.summary}, {"tags", {r.tag}}};
  std::string id{beast::http::to_string(r.method)};
  auto parameters = nlohmann::json::array();
  for (auto segment : split(r.path)) {
    id += "_";
    id += is_parameter(segment) ? "by_" + std::string{segment.substr(1, segment.size() - 2)} : std::string{segment};
    if (is_parameter(segment))
      parameters.push_back(string_parameter(std::string{segment.substr(1, segment.size() - 2)}, "path", true));
  }
  std::transform(id.begin(), id.end(), id.begin(),
                 [](unsigned char c) { return std::isalnum(c) ? std::tolower(c) : '_'; });
  out["operationId"] = id;
  for (const auto& name : r.query)
    parameters.push_back(string_parameter(name, "query", false));
  if (r.idempotent)
    parameters.push_back(string_parameter("Idempotency-Key", "header", false));
  if (!parameters.empty())
    out["parameters"] = parameters;
  if (!r.input.is_null())
    out["requestBody"] = {{"required", true}, {"content", {{"application/json", {{"schema", r.input}}}}}};
  else if (r.body == body_kind::stream)
    out["requestBody"] = {
      {"required", true},
      {"content",
       {{"application/octet-stream", nlohmann::json::object()}, {"multipart/form-data", nlohmann::json::object()}}}};
  nlohmann::json success{
    {"description", std::string{beast::http::obsolete_reason(beast::http::int_to_status(r.success))}}};
  if (!r.output.is_null())
    success["content"] = {{r.success_type, {{"schema", r.output}}}};
  out["responses"] = {{std::to_string(r.success), success}, {"default", problem_response("An error")}};
  if (!r.needs.is_open())
    out["security"] = {{{"bearer", nlohmann::json::array()}}};
  return out;
}

} // namespace

route& route_table::get(std::string path, std::string tag, std::string summary, right needs, handler f) {
  route r;
  r.method = verb::get;
  r.path = std::move(path);
  r.tag = std::move(tag);
  r.summary = std::move(summary);
  r.needs = needs;
  r.function = std::move(f);
  return add(std::move(r));
}

route& route_table::post(std::string path, std::string tag, std::string summary, right needs, handler f) {
  auto& r = get(std::move(path), std::move(tag), std::move(summary), needs, std::move(f));
  r.method = verb::post;
  r.rate = rate_class::write;
  r.idempotent = !needs.is_open();
  return r;
}

void route_table::check_right(const route& r) const {
  const auto& needs = r.needs;
  const auto is_word = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
  };
  const auto dot = needs.name.find('.');
  const bool is_named =
    dot != std::string_view::npos && is_word(needs.name.substr(0, dot)) && is_word(needs.name.substr(dot + 1));
  if (needs.is_open() ? !needs.name.empty() : !is_named)
    throw std::logic_error{r.path + " needs a right such as \"listings.cancel\", not \"" + std::string{needs.name}
                           + '"'};
  for (const auto& other : routes_)
    if (other.needs.name == needs.name && other.needs.held_by != needs.held_by)
      throw std::logic_error{"users and operators cannot hold the same right, " + std::string{needs.name}};
}

route& route_table::add(route r) {
  check_right(r);
  r.index = routes_.size();
  routes_.push_back(std::move(r));
  auto& stored = routes_.back();
  compiled c{{}, &stored};
  for (auto segment : split(stored.path))
    c.segments.emplace_back(is_parameter(segment) ? std::string_view{} : segment);
  by_length_.at(c.segments.size()).push_back(std::move(c));
  return stored;
}

result<const route*> route_table::find(verb method, std::string_view path,
                                       std::vector<std::string_view>& parameters) const {
  const auto segments = split(path);
  if (segments.size() >= by_length_.size())
    return refuse(errc::not_found, "no such route");
  for (const auto& c : by_length_[segments.size()]) {
    if (!c.fits(segments) || (c.to->method != method && !(method == verb::head && c.to->method == verb::get)))
      continue;
    for (size_t i = 0; i < segments.size(); ++i)
      if (c.segments[i].empty())
        parameters.push_back(segments[i]);
    return c.to;
  }
  const auto methods = methods_of(path);
  return methods.empty() ? refuse(errc::not_found, "no such route")
                         : refuse(errc::method_not_allowed, "this path accepts " + methods + " only");
}

std::string route_table::methods_of(std::string_view path) const {
  const auto segments = split(path);
  std::string out;
  if (segments.size() >= by_length_.size())
    return out;
  for (const auto& c : by_length_[segments.size()])
    if (c.fits(segments))
      out.append(out.empty() ? "" : ", ")
        .append(beast::http::to_string(c.to->method))
        .append(c.to->method == verb::get ? ", HEAD" : "");
  return out;
}

bool route_table::compiled::fits(const std::vector<std::string_view>& path) const {
  for (size_t i = 0; i < path.size(); ++i)
    if (segments[i].empty() ? path[i].empty() : segments[i] != path[i])
      return false;
  return true;
}

nlohmann::json route_table::body_schema(const route& r) const {
  constexpr std::string_view components = "#/components/schemas/";
  const std::function<nlohmann::json(const nlohmann::json&)> whole = [&](const nlohmann::json& part) -> nlohmann::json {
    if (part.is_object() && part.contains("$ref"))
      return whole(components_.at(part["$ref"].get<std::string>().substr(components.size())));
    auto out = part;
    for (auto& inner : out)
      if (inner.is_structured())
        inner = whole(inner);
    return out;
  };
  return whole(r.input);
}

std::string route_table::openapi(std::string_view title, std::string_view version) const {
  auto paths = nlohmann::json::object();
  for (const auto& r : routes_) {
    std::string method{beast::http::to_string(r.method)};
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    paths[r.path][method] = operation(r);
  }
  auto components = components_;
  components["Problem"] = {
    {"type", "object"},
    {"description", "RFC 9457"},
    {"required", {"type", "title", "status", "code"}},
    {"properties",
     {{"type", {{"type", "string"}}},
      {"title", {{"type", "string"}}},
      {"status", {{"type", "integer"}}},
      {"detail", {{"type", "string"}}},
      {"instance", {{"type", "string"}}},
      {"code", {{"type", "string"}}},
      {"errors",
       {{"type", "array"},
        {"items",
         {{"type", "object"},
          {"required", {"pointer", "rule"}},
          {"properties", {{"pointer", {{"type", "string"}}}, {"rule", {{"type", "string"}}}}}}}}},
      {"moreErrors", {{"type", "integer"}, {"description", "number of further invalid fields that are not listed"}}}}}};
  const nlohmann::json doc{
    {"openapi", "3.1.0"},
    {"info", {{"title", std::string{title}}, {"version", std::string{version}}}},
    {"paths", paths},
    {"components",
     {{"schemas", components},
      {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}}}}};
  return doc.dump();
}

} // namespace ainft::http
