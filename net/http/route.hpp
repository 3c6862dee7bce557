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

/// A parameter in a route's path or query.
struct parameter {
  std::string name;
  nlohmann::json schema;
  std::string about;
};

/// A row of the route table. The router, the rights check, the rate class and the API description all come from it. The
/// functions without "get" complete the row; each returns the row.
struct route {
  verb method;
  std::string path; ///< "/v1/listings/{id}/bids"
  std::string tag;
  std::string summary; ///< a few words without a period at the end
  right needs = open_to_all;
  rate_class rate = rate_class::read;
  body_kind body = body_kind::none;
  bool idempotent = false; ///< accepts an Idempotency-Key
  handler function;
  /// Refuses invalid values in the query as `function` does, so that one refusal names unknown parameters and them.
  /// Optional.
  std::function<caf::error(const call&)> check_query;
  /// Changes a successful reply before it is sent, including one that is replayed for an Idempotency-Key. Optional.
  std::function<void(const call&, reply&)> finish;
  std::string tool; ///< the tool name by which agents may call it; empty if they may not
  size_t index = 0;

  // -- for the API description ----------------------------------------------------------------------------------------

  std::string name;               ///< the operationId, unique: "placeBid"
  std::string about;              ///< sentences that go beyond the summary; Markdown
  std::vector<parameter> in_path; ///< in the order of the path
  std::vector<parameter> query;
  nlohmann::json input;                                ///< JSON Schema of the body; null for none
  bool needs_body = false;                             ///< false if the body may be absent
  std::vector<std::string> input_types;                ///< of a streamed body, for example "image/png"
  std::map<std::string, nlohmann::json> input_samples; ///< bodies that work, except for their ids, by what they show
  nlohmann::json output;                               ///< JSON Schema of the response; null for none
  int success = 200;
  std::string success_type = "application/json";
  bool has_version = false;            ///< the response has an ETag; a request may have If-Match or If-None-Match
  std::vector<parameter> fields;       ///< further header fields of the request
  std::vector<runtime::errc> refusals; ///< codes that this route can answer, besides those of all routes of its form
  std::map<int, nlohmann::json> other_outputs; ///< JSON Schemas of responses with other successful statuses
  nlohmann::json* components = nullptr;        ///< of the table that has this row
  std::function<caf::error(const nlohmann::json&)> check_body; ///< refuses a JSON body that is not valid

  route& named(std::string operation_id) { return name = std::move(operation_id), *this; }
  route& describe(std::string text) { return about = std::move(text), *this; }
  route& refuses(std::initializer_list<runtime::errc> codes) { return refusals.insert(refusals.end(), codes), *this; }
  route& versioned() { return has_version = true, *this; }
  /// A body that works, except for its ids. A route whose bodies have several kinds has a sample of each.
  route& sample(const char* body, const char* of = "") {
    return input_samples[of] = nlohmann::json::parse(body), *this;
  }

  /// Describes the next parameter of the path. A text type such as `listing_id` gives its pattern.
  template <class T>
  route& takes(std::string text) {
    in_path.push_back({{}, runtime::json_schema{*components}.of<T>(), std::move(text)});
    return *this;
  }

  /// Adds a query parameter.
  template <class T>
  route& asks(std::string parameter_name, std::string text) {
    query.push_back({std::move(parameter_name), runtime::json_schema{*components}.of<T>(), std::move(text)});
    return *this;
  }

  /// Adds a header field of the request.
  template <class T>
  route& header(std::string field_name, std::string text) {
    fields.push_back({std::move(field_name), runtime::json_schema{*components}.of<T>(), std::move(text)});
    return *this;
  }

  /// Adds the described members of a Filter as query parameters.
  template <class Filter>
  route& filters() {
    for (auto& [parameter_name, schema] : runtime::json_schema{*components}.fields_of<Filter>())
      query.push_back({parameter_name, schema, schema.value("description", "")});
    return *this;
  }

  /// Declares the response.
  template <class Output>
  route& answers(int status = 200) {
    success = status;
    output = runtime::json_schema{*components}.of<Output>();
    return *this;
  }

  /// Declares another successful response.
  template <class Output>
  route& answers_also(int status) {
    other_outputs[status] = runtime::json_schema{*components}.of<Output>();
    return *this;
  }

  /// Declares a response without a body.
  route& answers_nothing() {
    success = 204;
    output = nullptr;
    return *this;
  }

  /// Declares a response that is not JSON.
  route& answers_type(std::string type) {
    success_type = std::move(type);
    output = {{"type", "string"}};
    return *this;
  }

  /// Declares a response with a page of a list, and the query parameters `limit` and `cursor`.
  template <class Item>
  route& answers_pages() {
    answers_first<Item>();
    asks<std::string>("cursor", "The `nextCursor` of the page before this one. The first page if absent.");
    return *this;
  }

  /// Declares a response with the first items of a list, and the query parameter `limit`.
  template <class Item>
  route& answers_first() {
    answers_all<Item>();
    ask_limit();
    return *this;
  }

  /// Declares a response with a list of items that is always whole.
  template <class Item>
  route& answers_all() {
    set_page(runtime::json_schema{*components}.of<Item>());
    return *this;
  }

private:
  void ask_limit();
  void set_page(const nlohmann::json& item);
};

class route_table {
public:
  route_table() = default;
  route_table(const route_table&) = delete; // the rows point into it
  route_table& operator=(const route_table&) = delete;

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
    r.check_body = [](const nlohmann::json& body) {
      auto in = runtime::from_json<Input>(body);
      return in ? caf::error{} : std::move(in.error());
    };
    r.needs_body = static_cast<bool>(r.check_body(nlohmann::json::object()));
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

  /// The methods of this path, as in the Allow field: "GET, HEAD, PATCH". Empty if there is no such path.
  [[nodiscard]] std::string methods_of(std::string_view path) const;

  /// Finds the route of a method and path, and stores the path parameters in `parameters`. HEAD finds GET routes.
  /// Refuses with errc::not_found or errc::method_not_allowed.
  [[nodiscard]] runtime::result<const route*> find(verb method, std::string_view path,
                                                   std::vector<std::string_view>& parameters) const;

  [[nodiscard]] const std::deque<route>& routes() const noexcept { return routes_; }

  /// Says what the routes with a tag are about, for the API description. One of the capabilities that share a tag
  /// describes it.
  void describe_tag(std::string tag, std::string about) { tags_.emplace_back(std::move(tag), std::move(about)); }
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& tags() const noexcept { return tags_; }

  /// The JSON Schemas to which the routes' schemas refer, by name.
  [[nodiscard]] const nlohmann::json& components() const noexcept { return components_; }

  /// The JSON Schema of a route's body with all references resolved.
  [[nodiscard]] nlohmann::json body_schema(const route& r) const;

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
  std::vector<std::pair<std::string, std::string>> tags_;
};

/// The names of the parameters in a path, in order: "id" for "/v1/listings/{id}".
[[nodiscard]] std::vector<std::string> parameters_of(std::string_view path);

} // namespace ainft::http
