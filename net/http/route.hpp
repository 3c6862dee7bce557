#pragma once

#include "net/http/call.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_schema.hpp"
#include "runtime/try.hpp"

#include <array>
#include <deque>

namespace ainft::http {

/// Who can hold a right.
enum class holder : uint8_t { anyone, users, operators };

/// What a caller must hold to call a route. The name is for the policy (server_hooks::holds) and for people. An entity
/// itself decides what a user may do with it: a user with the right "listings.cancel" can cancel only its own listings.
struct right {
  std::string_view name; ///< "listings.cancel"; a literal. Empty for open_to_all
  holder held_by = holder::anyone;

  [[nodiscard]] constexpr bool is_open() const noexcept { return held_by == holder::anyone; }
};

inline constexpr right open_to_all{};
[[nodiscard]] constexpr right user_right(std::string_view name) { return {name, holder::users}; }
[[nodiscard]] constexpr right operator_right(std::string_view name) { return {name, holder::operators}; }

/// The rate classes. All routes of one class share a caller's budget.
AINFT_ENUM(rate_class, none, read, write, bid, sign_in, upload, handshake)

enum class body_kind : uint8_t { none, json, stream };

using handler = std::function<asio::awaitable<runtime::result<reply>>(call&)>;

/// A row of the route table. The router, the rights check, the rate class and the OpenAPI document all come from it.
struct route {
  verb method;
  std::string path; ///< "/v1/listings/{id}/bids"
  std::string tag;
  std::string summary;
  right needs = open_to_all;
  rate_class rate = rate_class::read;
  body_kind body = body_kind::none;
  bool idempotent = false;        ///< accepts an Idempotency-Key
  std::string tool;               ///< the tool name by which agents may call it; empty if they may not
  std::vector<std::string> query; ///< names of the query parameters
  nlohmann::json input;           ///< JSON Schema; null for none
  nlohmann::json output;
  int success = 200;
  std::string success_type = "application/json";
  handler function;
  /// Changes a successful reply before it is sent, including one that is replayed for an Idempotency-Key. Optional.
  std::function<void(const call&, reply&)> finish;
  size_t index = 0;
};

class route_table {
public:
  /// Adds a GET route.
  route& get(std::string path, std::string tag, std::string summary, right needs, handler f);

  /// Adds a POST route that expects no body.
  route& post(std::string path, std::string tag, std::string summary, right needs, handler f);

  /// Adds a route with a JSON body. The body is parsed into an Input and validated before f(call&, Input) runs.
  template <class Input, class F>
  route& json(verb method, std::string path, std::string tag, std::string summary, right needs, F f) {
    route r;
    r.method = method;
    r.path = std::move(path);
    r.tag = std::move(tag);
    r.summary = std::move(summary);
    r.needs = needs;
    r.rate = rate_class::write;
    r.body = body_kind::json;
    r.idempotent = method == verb::post && !needs.is_open();
    r.input = runtime::json_schema{components_}.of<Input>();
    r.function = [f = std::move(f)](call& c) -> asio::awaitable<runtime::result<reply>> {
      auto json = runtime::parse_json(c.body.empty() ? std::string_view{"{}"} : std::string_view{c.body});
      if (!json)
        co_return std::move(json.error());
      AINFT_CO_TRY(in, runtime::from_json<Input>(*json));
      co_return co_await f(c, std::move(in));
    };
    return add(std::move(r));
  }

  /// Throws std::logic_error if the right that the route needs has no name of the form "listings.cancel", or if another
  /// route gives this right to other holders.
  route& add(route r);

  /// Declares the output of a route for the OpenAPI document.
  template <class Output>
  void answers(route& r, int status = 200) {
    r.success = status;
    r.output = runtime::json_schema{components_}.of<Output>();
  }

  /// Declares that a route answers with a list of items.
  template <class Item>
  void answers_list(route& r) {
    r.query.insert(r.query.end(), {"limit", "cursor"});
    r.output = {{"type", "object"},
                {"required", {"items", "nextCursor"}},
                {"properties",
                 {{"items", {{"type", "array"}, {"items", runtime::json_schema{components_}.of<Item>()}}},
                  {"nextCursor", {{"type", {"string", "null"}}}}}}};
  }

  /// The methods of this path, as in the Allow field: "GET, HEAD, PATCH". Empty if there is no such path.
  [[nodiscard]] std::string methods_of(std::string_view path) const;

  /// Finds the route of a method and path, and stores the path parameters in `parameters`. HEAD finds GET routes.
  /// Refuses with errc::not_found or errc::method_not_allowed.
  [[nodiscard]] runtime::result<const route*> find(verb method, std::string_view path,
                                                   std::vector<std::string_view>& parameters) const;

  [[nodiscard]] const std::deque<route>& routes() const noexcept { return routes_; }

  /// The JSON Schema of a route's body with all references resolved.
  [[nodiscard]] nlohmann::json body_schema(const route& r) const;

  /// The OpenAPI 3.1 document of the table.
  [[nodiscard]] std::string openapi(std::string_view title, std::string_view version) const;

private:
  struct compiled {
    std::vector<std::string> segments; ///< empty for a parameter
    const route* to;

    /// Whether `path` matches the route. `path` must have as many segments as the route.
    [[nodiscard]] bool fits(const std::vector<std::string_view>& path) const;
  };

  void check_right(const route& r) const;

  std::deque<route> routes_;
  std::array<std::vector<compiled>, 16> by_length_;
  nlohmann::json components_ = nlohmann::json::object();
};

} // namespace ainft::http
