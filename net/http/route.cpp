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

} // namespace

std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> out;
  for (const auto segment : split(path))
    if (is_parameter(segment))
      out.emplace_back(segment.substr(1, segment.size() - 2));
  return out;
}

void route::ask_limit() {
  const nlohmann::json limit{{"type", "integer"}, {"minimum", 1}, {"maximum", largest_page}, {"default", page{}.limit}};
  query.push_back({"limit", limit, "The largest number of items in the response."});
}

void route::set_page(const nlohmann::json& item) {
  nlohmann::json list{
    {"type", "object"},
    {"description", "A list, or one page of it."},
    {"required", {"items", "nextCursor"}},
    {"properties",
     {{"items", {{"type", "array"}, {"items", item}, {"description", "In the order of the list."}}},
      {"nextCursor",
       {{"type", {"string", "null"}}, {"description", "The `cursor` of the next page; null if there is none."}}}}}};
  if (!item.contains("$ref")) {
    output = std::move(list);
    return;
  }
  const auto ref = item["$ref"].get<std::string>();
  auto name = ref.substr(ref.rfind('/') + 1);
  for (const std::string_view suffix : {"Summary", "Row"})
    if (name.ends_with(suffix))
      name.resize(name.size() - suffix.size());
  name += "Page";
  const auto type = "page of " + ref;
  list[json_schema::type_key] = type;
  auto& stored = (*components)[name];
  if (!stored.is_null() && stored.value(json_schema::type_key, "") != type)
    throw std::logic_error{"two lists have the name " + name + " in the API description"};
  stored = std::move(list);
  output = {{"$ref", "#/components/schemas/" + name}};
}

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
  r.components = &components_;
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
    if (part.is_object() && part.contains("$ref")) {
      auto out = whole(components_.at(part["$ref"].get<std::string>().substr(components.size())));
      if (const auto about = part.find("description"); about != part.end())
        out["description"] = *about;
      return out;
    }
    if (const auto undivided = part.find(json_schema::whole_key); part.is_object() && undivided != part.end())
      return whole(*undivided);
    auto out = part;
    if (out.is_object())
      out.erase(json_schema::type_key);
    for (auto& inner : out)
      if (inner.is_structured())
        inner = whole(inner);
    return out;
  };
  return whole(r.input);
}

} // namespace ainft::http
