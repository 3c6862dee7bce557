#pragma once

#include "net/http/call.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_schema.hpp"

#include <array>
#include <deque>

namespace ainft::http {

/// Who may call a route. What a signed-in user may do with a certain thing is its entity's business.
enum class access : uint8_t { anyone, user, operators };

/// Routes of one class share their callers' budget.
AINFT_ENUM(rate_class, none, read, write, bid, sign_in, upload, handshake)

enum class body_kind : uint8_t { none, json, stream };

using handler = std::function<asio::awaitable<runtime::result<reply>>(call&)>;

/// A row of the route table: from it come the router, the rights check, the rate class and the OpenAPI document.
struct route {
  verb method;
  std::string path; ///< "/v1/listings/{id}/bids"
  std::string tag;
  std::string summary;
  access needs = access::anyone;
  rate_class rate = rate_class::read;
  body_kind body = body_kind::none;
  bool idempotent = false; ///< accepts an Idempotency-Key
  std::string tool;        ///< the name under which agents may call it; empty where they may not
  std::vector<std::string> query; ///< names of query parameters
  nlohmann::json input;           ///< JSON Schema, null for none
  nlohmann::json output;
  int success = 200;
  std::string success_type = "application/json";
  handler function;
  /// Changes a success on its way out, also one that is given again for an Idempotency-Key. Optional.
  std::function<void(const call&, reply&)> finish;
  size_t index = 0;
};

class route_table {
public:
  /// A route without a body.
  route& get(std::string path, std::string tag, std::string summary, access needs, handler f);

  /// A POST without a body, or with an empty one.
  route& post(std::string path, std::string tag, std::string summary, access needs, handler f);

  /// A route whose body is read as JSON into an Input and checked before `f` runs: f(call&, Input).
  template <class Input, class F>
  route& json(verb method, std::string path, std::string tag, std::string summary, access needs, F f) {
    route r;
    r.method = method;
    r.path = std::move(path);
    r.tag = std::move(tag);
    r.summary = std::move(summary);
    r.needs = needs;
    r.rate = rate_class::write;
    r.body = body_kind::json;
    r.idempotent = method == verb::post && needs != access::anyone;
    r.input = runtime::json_schema{components_}.of<Input>();
    r.function = [f = std::move(f)](call& c) -> asio::awaitable<runtime::result<reply>> {
      auto json = runtime::parse_json(c.body.empty() ? std::string_view{"{}"} : std::string_view{c.body});
      if (!json)
        co_return std::move(json.error());
      auto in = runtime::from_json<Input>(*json);
      if (!in)
        co_return std::move(in.error());
      co_return co_await f(c, std::move(*in));
    };
    return add(std::move(r));
  }

  route& add(route r);

  /// Says what a route answers, for the OpenAPI document.
  template <class Output>
  void answers(route& r, int status = 200) {
    r.success = status;
    r.output = runtime::json_schema{components_}.of<Output>();
  }

  /// A list's answer.
  template <class Item>
  void answers_list(route& r) {
    r.query.insert(r.query.end(), {"limit", "cursor"});
    r.output = {{"type", "object"},
                {"required", {"items", "nextCursor"}},
                {"properties",
                 {{"items", {{"type", "array"}, {"items", runtime::json_schema{components_}.of<Item>()}}},
                  {"nextCursor", {{"type", {"string", "null"}}}}}}};
  }

  /// The methods of this path, as in the field Allow: "GET, HEAD, PATCH"; empty where there is none.
  [[nodiscard]] std::string methods_of(std::string_view path) const;

  /// The route of a method and path, with the path's parameters put into `parameters`. Refuses with errc::not_found or
  /// errc::method_not_allowed.
  [[nodiscard]] runtime::result<const route*> find(verb method, std::string_view path,
                                                   std::vector<std::string_view>& parameters) const;

  [[nodiscard]] const std::deque<route>& routes() const noexcept { return routes_; }

  /// The JSON Schema of a route's body, whole in itself.
  [[nodiscard]] nlohmann::json body_schema(const route& r) const;

  /// The OpenAPI 3.1 document of the table.
  [[nodiscard]] std::string openapi(std::string_view title, std::string_view version) const;

private:
  struct compiled {
    std::vector<std::string> segments; ///< empty for a parameter
    const route* to;

    /// Whether this path, of as many segments, is the route's.
    [[nodiscard]] bool fits(const std::vector<std::string_view>& path) const;
  };

  std::deque<route> routes_;
  std::array<std::vector<compiled>, 16> by_length_;
  nlohmann::json components_ = nlohmann::json::object();
};

} // namespace ainft::http
