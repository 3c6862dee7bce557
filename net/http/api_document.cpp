#include "net/http/api_document.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace ainft::http {

using nlohmann::json;
using runtime::errc;

namespace {

constexpr auto problem_ref = "#/components/schemas/Problem";

std::string status_text(int status) {
  return std::string{beast::http::obsolete_reason(beast::http::int_to_status(static_cast<unsigned>(status)))};
}

bool is_write(const route& r) { return r.method != verb::get; }

/// Whether the route changes a resource that exists and has a version.
bool changes_version(const route& r) { return r.has_version && is_write(r) && !r.in_path.empty(); }

[[noreturn]] void fail(const route& r, const std::string& why) {
  throw std::logic_error{"the route " + std::string{beast::http::to_string(r.method)} + " " + r.path + " " + why};
}

// -- parameters -----------------------------------------------------------------------------------------------------

json parameter_of(const parameter& p, const char* in, bool required) {
  auto schema = p.schema;
  schema.erase("description");
  return {{"name", p.name}, {"in", in}, {"required", required}, {"description", p.about}, {"schema", schema}};
}

json header_parameter(const char* name, const char* about, json schema) {
  return parameter_of({name, std::move(schema), about}, "header", false);
}

json parameters_of_operation(const route& r) {
  auto out = json::array();
  const auto names = parameters_of(r.path);
  if (names.size() != r.in_path.size())
    fail(r, "must describe each parameter of its path");
  for (size_t i = 0; i < names.size(); ++i)
    out.push_back(parameter_of({names[i], r.in_path[i].schema, r.in_path[i].about}, "path", true));
  for (const auto& p : r.query)
    out.push_back(parameter_of(p, "query", false));
  for (const auto& p : r.fields)
    out.push_back(parameter_of(p, "header", false));
  if (r.idempotent)
    out.push_back(header_parameter(
      "Idempotency-Key",
      "Makes a retry safe. A repeated request with the same key, path, query and body has the effect of one, and gets "
      "the same response with the header field Idempotent-Replayed.",
      {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}, {"pattern", "^[!-~]+$"}}));
  if (changes_version(r))
    out.push_back(header_parameter("If-Match",
                                   "An ETag of an earlier response. The request is refused if the resource has another "
                                   "version now. `*` stands for any version.",
                                   {{"type", "string"}, {"pattern", R"(^(\*|"v[0-9]+")$)"}}));
  if (r.has_version && !is_write(r))
    out.push_back(header_parameter(
      "If-None-Match", "ETags of earlier responses. If the resource still has this version, the response is a 304.",
      {{"type", "string"}}));
  return out;
}

// -- responses --------------------------------------------------------------------------------------------------------

json header(const char* about, json schema) { return {{"description", about}, {"schema", std::move(schema)}}; }

json rate_headers() {
  return {{"RateLimit-Policy",
           header("The rate of the route's class: the number of requests in a burst (`q`), and the number of seconds "
                  "in which an empty budget fills up (`w`). It is absent if the class has no limit.",
                  {{"type", "string"}, {"examples", {R"("write";q=60;w=3)"}}})},
          {"RateLimit",
           header("The number of requests that the caller has left (`r`), and the number of seconds until it has one "
                  "more (`t`). It is absent if the class has no limit.",
                  {{"type", "string"}, {"examples", {R"("write";r=59;t=1)"}}})}};
}

void refer_to_rate_headers(json& headers) {
  const auto all = rate_headers();
  for (const auto& [name, about] : all.items())
    headers[name] = {{"$ref", "#/components/headers/" + name}};
}

json success_headers(const route& r) {
  json out{{"X-Request-Id", header("Names this request in the logs.", {{"type", "string"}})}};
  if (r.rate != rate_class::none)
    refer_to_rate_headers(out);
  if (r.has_version)
    out["ETag"] = header("The version of the resource, for example \"v3\".", {{"type", "string"}});
  if (r.idempotent)
    out["Idempotent-Replayed"] =
      header("`true` if this is the stored response to an earlier request with the same Idempotency-Key.",
             {{"type", "string"}, {"enum", {"true"}}});
  return out;
}

json success_of(const route& r, int status, const json& output) {
  json out{{"description", status_text(status)}, {"headers", success_headers(r)}};
  if (!output.is_null())
    out["content"] = {{r.success_type, {{"schema", output}}}};
  return out;
}

json refusal_of(int status, const std::vector<errc>& codes) {
  std::string about;
  auto names = json::array();
  for (const auto code : codes) {
    const auto& t = runtime::traits(code);
    about += (about.empty() ? "" : "\n") + ("- `" + std::string{t.code} + "`: " + std::string{t.title});
    names.push_back(std::string{t.code});
  }
  const json only{{"properties", {{"code", {{"enum", names}}}, {"status", {{"const", status}}}}}};
  json out{
    {"description", about},
    {"content",
     {{"application/problem+json", {{"schema", {{"allOf", json::array({json{{"$ref", problem_ref}}, only})}}}}}}}};
  if (status == 429 || status == 503 || status == 409)
    out["headers"] = {{"Retry-After", header("Seconds after which a retry makes sense.", {{"type", "integer"}})}};
  if (std::find(codes.begin(), codes.end(), errc::rate_limited) != codes.end())
    refer_to_rate_headers(out["headers"]);
  if (status == 401)
    out["headers"] = {{"WWW-Authenticate", header("`Bearer`", {{"type", "string"}})}};
  return out;
}

json responses_of(const route& r) {
  json out{{std::to_string(r.success), success_of(r, r.success, r.output)}};
  for (const auto& [status, output] : r.other_outputs)
    out[std::to_string(status)] = success_of(r, status, output);
  if (r.has_version && !is_write(r))
    out["304"] = {{"description", "The resource has the version of If-None-Match."}};
  std::map<int, std::vector<errc>> by_status;
  for (const auto code : codes_of(r))
    by_status[runtime::traits(code).status].push_back(code);
  for (const auto& [status, codes] : by_status)
    out[std::to_string(status)] = refusal_of(status, codes);
  return out;
}

// -- operations -------------------------------------------------------------------------------------------------------

/// A streamed body is the file itself, or a form with the file.
json streamed_content(const route& r) {
  const json file{{"type", "string"}, {"format", "binary"}};
  json out;
  std::string all;
  for (const auto& type : r.input_types) {
    out[type] = {{"schema", file}};
    all += (all.empty() ? "" : ", ") + type;
  }
  auto in_form = file;
  in_form["description"] = "The first file of the form.";
  out["multipart/form-data"] = {
    {"schema", {{"type", "object"}, {"properties", {{"file", in_form}}}, {"required", {"file"}}}},
    {"encoding", {{"file", {{"contentType", all}}}}}};
  return out;
}

json body_of(const route& r) {
  if (r.body == body_kind::stream)
    return {{"required", true}, {"content", streamed_content(r)}};
  json content{{"schema", r.input}};
  for (const auto& [of, sample] : r.input_samples) {
    if (auto bad = r.check_body ? r.check_body(sample) : caf::error{})
      fail(r, "has a sample that its own check refuses: " + runtime::explain(bad).detail);
    if (of.empty())
      content["example"] = sample;
    else
      content["examples"][of]["value"] = sample;
  }
  return {{"required", r.needs_body}, {"content", {{"application/json", content}}}};
}

json operation_of(const route& r) {
  if (r.name.empty())
    fail(r, "must have a name");
  json out{{"operationId", r.name}, {"summary", r.summary}, {"tags", {r.tag}}, {"responses", responses_of(r)}};
  std::string about = r.about;
  if (!r.needs.is_open())
    about += (about.empty() ? "" : "\n\n") + ("Needs the right `" + std::string{r.needs.name} + "`, which ")
             + (r.needs.held_by == holder::users ? "every signed-in user has." : "operators have.");
  out["description"] = about.empty() ? r.summary + "." : about;
  if (auto parameters = parameters_of_operation(r); !parameters.empty())
    out["parameters"] = std::move(parameters);
  if (!r.input.is_null() || r.body == body_kind::stream)
    out["requestBody"] = body_of(r);
  if (!r.needs.is_open())
    out["security"] = {{{"bearer", json::array()}}};
  return out;
}

json problem_schema() {
  auto codes = json::array();
  for (const auto code : runtime::all_errors())
    codes.push_back(std::string{runtime::traits(code).code});
  const auto text = [](const char* about) { return json{{"type", "string"}, {"description", about}}; };
  const json field{
    {"type", "object"},
    {"required", {"pointer", "rule"}},
    {"properties",
     {{"pointer", text("A JSON Pointer (RFC 6901) to the field in the body; `/query/NAME` and `/headers/NAME` for "
                       "parameters.")},
      {"rule", text("The rule that the value breaks, for example `must be from 1 to 100`.")}}}};
  return {
    {"type", "object"},
    {"description", "Why a request was refused (RFC 9457). Decide by `code`; the other texts are for people."},
    {"required", {"type", "title", "status", "code"}},
    {"properties",
     {{"type", text("`about:blank#` and the code.")},
      {"title", text("What the code means.")},
      {"status", {{"type", "integer"}, {"description", "The HTTP status."}}},
      {"detail", text("What is wrong with this request. Empty if nothing more is to be said.")},
      {"instance", text("The path of the request.")},
      {"code", {{"type", "string"}, {"enum", codes}, {"description", "The kind of the problem."}}},
      {"errors",
       {{"type", "array"},
        {"items", field},
        {"maxItems", runtime::most_field_errors},
        {"description", "Each field that is not valid, with its rule."}}},
      {"moreErrors", {{"type", "integer"}, {"description", "The number of further fields that are not valid."}}}}}};
}

} // namespace

std::vector<errc> codes_of(const route& r) {
  std::set<errc> out{errc::internal, errc::malformed_request, errc::validation_failed, errc::headers_too_large};
  if (r.rate != rate_class::none)
    out.insert({errc::rate_limited, errc::unavailable});
  out.insert({errc::payload_too_large, errc::request_timeout}); // a body is read whether the route needs it or not
  if (r.body != body_kind::none)
    out.insert(errc::unsupported_media_type);
  if (!r.needs.is_open())
    out.insert({errc::unauthenticated, errc::token_invalid, errc::forbidden});
  if (!r.in_path.empty())
    out.insert(errc::not_found);
  if (!r.in_path.empty() || is_write(r) || !r.needs.is_open()) // an entity answers, or the caller's session
    out.insert({errc::quarantined, errc::moved, errc::unknown_message, errc::outcome_unknown, errc::append_conflict});
  if (changes_version(r))
    out.insert(errc::precondition_failed);
  if (r.idempotent)
    out.insert({errc::idempotency_mismatch, errc::idempotency_in_progress});
  out.insert(r.refusals.begin(), r.refusals.end());
  return {out.begin(), out.end()};
}

json api_document(const route_table& routes, const api_facts& facts) {
  auto paths = json::object();
  std::set<std::string> names;
  for (const auto& r : routes.routes()) {
    if (!names.insert(r.name).second)
      fail(r, "has the name of another route: " + r.name);
    std::string method{beast::http::to_string(r.method)};
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    paths[r.path][method] = operation_of(r);
  }
  auto tags = json::array();
  for (const auto& [name, about] : routes.tags())
    tags.push_back({{"name", name}, {"description", about}});
  for (const auto& r : routes.routes())
    if (std::none_of(tags.begin(), tags.end(), [&](const auto& t) { return t.at("name") == r.tag; }))
      fail(r, "has a tag that is not described: " + r.tag);
  auto schemas = routes.components();
  runtime::json_schema::strip(schemas);
  schemas["Problem"] = problem_schema();
  return {{"openapi", "3.1.0"},
          {"info", {{"title", facts.title}, {"version", facts.version}, {"description", facts.about}}},
          {"servers", json::array({json{{"url", facts.server}}})},
          {"tags", tags},
          {"paths", paths},
          {"components",
           {{"schemas", schemas},
            {"headers", rate_headers()},
            {"securitySchemes",
             {{"bearer",
               {{"type", "http"},
                {"scheme", "bearer"},
                {"bearerFormat", "JWT"},
                {"description", "The access token of a sign-in."}}}}}}}};
}

} // namespace ainft::http
