#pragma once

#include "runtime/codec/json_reader.hpp"
#include "runtime/messages.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/verb.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace ainft::net {
class disk;
} // namespace ainft::net

namespace ainft::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::http::verb;

struct route;

/// A request body that is read as it arrives. read() returns 0 at the end. Refuses with errc::payload_too_large beyond
/// the route's limit, errc::request_timeout if the next piece is late, and errc::malformed_request if the body ends
/// early.
class body_stream {
public:
  virtual ~body_stream() = default;
  virtual asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) = 0;
};

/// A console operator, who is not a user of the platform.
struct console_operator {
  std::string name;
  bool may_change = false; ///< if false, the operator has only read access
};

/// The reservation of an Idempotency-Key; see runtime::idempotency_record.
struct idempotency {
  std::string key;
  runtime::uuid reserved_id;
  int32_t attempt = 0;   ///< number of this attempt among those with the same key
  bool recorded = false; ///< an entity writes the record in its own transaction
};

/// An agent that acts for its owner. It has fewer rights than the owner.
struct delegate {
  runtime::uuid agent;
  runtime::uuid studio; ///< the only studio that the agent works for
  std::string tool;     ///< the only route that the agent may call; see route::tool
};

/// What a caller has left of its rate in one class, after a request.
struct rate_left {
  std::string policy;      ///< name of the class, for example "sign-in"
  uint64_t quota = 0;      ///< requests of a whole burst
  uint64_t window = 0;     ///< seconds in which an empty budget fills up
  uint64_t requests = 0;   ///< that the caller has left
  uint64_t more_after = 0; ///< seconds until the caller has one more
  bool is_within = true;   ///< whether the caller had one for this request
};

/// One request as seen by a route's function.
struct call {
  const route* at = nullptr;
  verb method{};
  std::string_view target;                  ///< the path without the query
  std::vector<std::string_view> parameters; ///< path parameters in order
  std::map<std::string, std::string, std::less<>> query;
  const beast::http::fields* headers = nullptr;
  std::optional<uint64_t> expected_version; ///< the version that If-Match requires of the resource
  std::string body;
  /// Set for routes that stream their body. For multipart/form-data, it has the content of the first file. A route must
  /// read it to the end before it acts on the request.
  body_stream* stream = nullptr;
  std::shared_ptr<body_stream> checked; ///< owns `stream` when the body is compared with that of an earlier attempt
  runtime::principal who;
  std::optional<delegate> agent;           ///< set if an agent calls for `who`
  std::optional<console_operator> console; ///< set if an operator calls instead of `who`
  std::string request_id;
  std::string trace_id;
  std::string peer;              ///< the client's address, as determined by client_of()
  std::optional<rate_left> rate; ///< set if the request took from a rate budget
  std::optional<http::idempotency> idempotency;
  bool resumed = false;          ///< the call runs again under its key because the answer was lost
  net::disk* files = nullptr;    ///< threads for file access; null if the caller may block instead
  std::function<void()> on_gone; ///< for slow answers: called when the client disconnects

  /// The id for what this request creates. With an Idempotency-Key, it is the reserved id.
  [[nodiscard]] runtime::uuid new_id() const { return idempotency ? idempotency->reserved_id : runtime::uuid::make(); }

  /// The context to send with a command. Use final_context() for the command whose answer, between `before` and
  /// `after`, is the answer of the whole request: that command also writes the idempotency record.
  [[nodiscard]] runtime::command_context context() const;
  [[nodiscard]] runtime::command_context final_context(int status, std::string before = {}, std::string after = {});
};

/// Returns the field `name`, or nothing if it is absent. Refuses with errc::validation_failed if it appears more than
/// once.
[[nodiscard]] runtime::result<std::optional<std::string_view>> one_field(const beast::http::fields& headers,
                                                                         std::string_view name);

/// Parses If-Match. Returns the version of an ETag of the platform ("v7"), or nothing if the field is `*` or absent.
/// Refuses everything else with errc::validation_failed. RFC 9110, section 13.1.1, allows lists, but a resource has one
/// version.
[[nodiscard]] runtime::result<std::optional<uint64_t>> read_if_match(const beast::http::fields& headers);

/// Sends server-sent events (WHATWG HTML, section 9.2) until the client disconnects.
class event_sink {
public:
  virtual ~event_sink() = default;
  /// False if the client has disconnected or the server is stopping.
  virtual asio::awaitable<bool> send(std::string text) = 0;
  /// The server calls this when it stops, so that a handler that waits for events can end.
  std::function<void()> on_stop;
};

struct file_part {
  std::filesystem::path path;
  uint64_t offset = 0;
  uint64_t length = 0;
};

/// The answer of a route.
struct reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  runtime::errc problem = runtime::errc::none; ///< if the reply is a problem document
  std::optional<uint64_t> version;             ///< sent as the ETag
  bool short_lived = false;                    ///< contains data that expires, so it never becomes a 304
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<file_part> file;
  std::function<asio::awaitable<void>(event_sink&)> events;
};

/// Makes a reply with a described value as JSON.
template <class T>
reply json_reply(const T& value, int status = 200) {
  reply out;
  out.status = status;
  out.body = runtime::to_json(value);
  return out;
}

/// Makes a reply from an entity's answer.
[[nodiscard]] reply entity_reply(runtime::answer a, int status = 200);

/// Makes a problem document (RFC 9457) from an error.
[[nodiscard]] reply problem_reply(const caf::error& error, std::string_view instance);

constexpr size_t largest_page = 100; ///< items

/// The page that a query asks for: `limit` from 1 to largest_page, and the cursor.
struct page {
  size_t limit = 20;
  std::optional<runtime::uuid> after;

  /// `after` as an SQL query parameter.
  [[nodiscard]] std::optional<std::string> after_text() const {
    return after ? std::optional{after->str()} : std::nullopt;
  }
};

/// Cursors are opaque to clients. A cursor is the base64url of the last id.
[[nodiscard]] runtime::result<page> read_page(const call& c);
[[nodiscard]] std::string cursor_after(const runtime::uuid& last);

/// Makes {"items": […], "nextCursor": …} from JSON items. `last` is the id of the last item if there may be more.
[[nodiscard]] reply list_reply(const std::vector<std::string>& items, const std::optional<runtime::uuid>& last);

/// Returns the errors of these results as one (see runtime::joined), or none if all succeeded.
template <class... Results>
[[nodiscard]] caf::error errors_of(const Results&... results) {
  return runtime::joined({(results ? caf::error{} : results.error())...});
}

/// Parses the query parameter `name` as a T. Returns nothing if it is absent.
template <class T>
runtime::result<std::optional<T>> query_value(const call& c, std::string_view name) {
  const auto it = c.query.find(name);
  if (it == c.query.end())
    return std::optional<T>{};
  if constexpr (runtime::named_enum<T>) {
    if (auto value = runtime::enum_from<T>(it->second))
      return value;
    return runtime::refuse_field("/query/" + std::string{name}, runtime::enum_rule<T>());
  } else {
    auto value = T::parse(it->second);
    if (!value)
      return runtime::refuse_field("/query/" + std::string{name}, runtime::explain(value.error()).detail);
    return std::optional<T>{std::move(*value)};
  }
}

/// Parses path parameter `index` as an id. Refuses an invalid id with errc::not_found.
template <class Id>
runtime::result<Id> path_id(const call& c, size_t index = 0) {
  auto id = Id::parse(c.parameters.at(index));
  if (!id)
    return runtime::refuse(runtime::errc::not_found, "the path's id " + runtime::explain(id.error()).detail);
  return id;
}

} // namespace ainft::http
