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

/// A body that is read as it arrives. Ends with 0. Throws boost::system::system_error when the peer goes away or is too
/// slow; refuses with errc::payload_too_large beyond the route's limit.
class body_stream {
public:
  virtual ~body_stream() = default;
  virtual asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) = 0;
};

/// An operator at a console: no user of the platform.
struct console_operator {
  std::string name;
  bool may_change = false; ///< else they only look
};

/// The reservation of an Idempotency-Key: see runtime::idempotency_record.
struct idempotency {
  std::string key;
  runtime::uuid reserved_id;
  int32_t attempt = 0;   ///< which of those at this key this one is
  bool recorded = false; ///< an entity writes it in its transaction
};

/// An agent that calls on its owner's behalf: what it may do is less than what its owner may.
struct delegate {
  runtime::uuid agent;
  runtime::uuid studio; ///< the only one that it works for
  std::string tool;     ///< the route that it may call: see route::tool
};

/// One request, as a route's function sees it.
struct call {
  const route* at = nullptr;
  verb method{};
  std::string_view target; ///< path without the query
  std::vector<std::string_view> parameters; ///< of the path, in order
  std::map<std::string, std::string, std::less<>> query;
  const beast::http::fields* headers = nullptr;
  std::optional<uint64_t> expected_version; ///< that the thing must have, by If-Match
  std::string body;
  body_stream* stream = nullptr; ///< for routes that take their body as it comes; of multipart/form-data the content of its first file. Read to its end before anything is done with it
  std::shared_ptr<body_stream> checked; ///< what `stream` is, if it is held against an earlier try
  runtime::principal who;
  std::optional<delegate> agent; ///< where `who` does not call in person
  std::optional<console_operator> console; ///< who calls instead of `who`
  std::string request_id;
  std::string trace_id;
  std::string peer; ///< the client's address, as client_of() tells it
  std::optional<http::idempotency> idempotency;
  bool resumed = false; ///< it is done again under its key, since the answer was lost
  net::disk* files = nullptr;    ///< threads that wait for files; none where a network does not wait for the answer
  std::function<void()> on_gone; ///< for answers that take their time: the client has gone away

  /// The id for what this request makes: the reserved one if it came with an Idempotency-Key.
  [[nodiscard]] runtime::uuid new_id() const { return idempotency ? idempotency->reserved_id : runtime::uuid::make(); }

  /// What to send along with a command. The command whose answer (set between `before` and `after`) is the answer of
  /// the whole request is `final_one`: it writes the idempotency record.
  [[nodiscard]] runtime::command_context context() const;
  [[nodiscard]] runtime::command_context final_context(int status, std::string before = {}, std::string after = {});
};

/// The field of this name; nothing where there is none. Refuses with errc::validation_failed one that comes twice.
[[nodiscard]] runtime::result<std::optional<std::string_view>> one_field(const beast::http::fields& headers, std::string_view name);

/// The version that If-Match asks for: an ETag as the platform gives it ("v7"); nothing for * and where there is no such field. Refuses all else with
/// errc::validation_failed (RFC 9110, section 13.1.1, allows lists; a thing has one version).
[[nodiscard]] runtime::result<std::optional<uint64_t>> read_if_match(const beast::http::fields& headers);

/// Sends server-sent events (WHATWG HTML, section 9.2) until the client goes away.
class event_sink {
public:
  virtual ~event_sink() = default;
  /// False when the client is gone or the server is being stopped.
  virtual asio::awaitable<bool> send(std::string text) = 0;
  /// Called when the server is being stopped, so that whoever waits for something to send can end.
  std::function<void()> on_stop;
};

struct file_part {
  std::filesystem::path path;
  uint64_t offset = 0;
  uint64_t length = 0;
};

/// What a route answers.
struct reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::optional<uint64_t> version; ///< becomes the ETag
  bool short_lived = false; ///< holds what expires, so that no 304 stands for it
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<file_part> file;
  std::function<asio::awaitable<void>(event_sink&)> events;
};

/// A reply with a described value as JSON.
template <class T>
reply json_reply(const T& value, int status = 200) {
  reply out;
  out.status = status;
  out.body = runtime::to_json(value);
  return out;
}

/// An entity's answer as a reply.
[[nodiscard]] reply entity_reply(runtime::answer a, int status = 200);

/// The problem document (RFC 9457) for a refusal.
[[nodiscard]] reply problem_reply(const caf::error& error, std::string_view instance);

/// The query's page: `limit` 1 to 100 (20 if absent) and the cursor.
struct page {
  size_t limit = 20;
  std::optional<runtime::uuid> after;

  /// `after` as a query's parameter.
  [[nodiscard]] std::optional<std::string> after_text() const { return after ? std::optional{after->str()} : std::nullopt; }
};

/// Cursors are opaque to clients: base64url of the last id.
[[nodiscard]] runtime::result<page> read_page(const call& c);
[[nodiscard]] std::string cursor_after(const runtime::uuid& last);

/// {"items": […], "nextCursor": …} of JSON items; `last` is the id of the last one when there may be more.
[[nodiscard]] reply list_reply(const std::vector<std::string>& items, const std::optional<runtime::uuid>& last);

/// Refuses query parameters that are not among `known`.
[[nodiscard]] caf::error refuse_unknown_query(const call& c, std::initializer_list<std::string_view> known);

/// The first of these results' errors, or none.
template <class... Results>
[[nodiscard]] caf::error first_error(const Results&... results) {
  caf::error out;
  (void)((!results && (out = results.error(), true)) || ...);
  return out;
}

/// The query parameter `name` as a T, if it is there.
template <class T>
runtime::result<std::optional<T>> query_value(const call& c, std::string_view name) {
  const auto it = c.query.find(name);
  if (it == c.query.end())
    return std::optional<T>{};
  if constexpr (runtime::named_enum<T>) {
    if (auto value = runtime::enum_from<T>(it->second))
      return std::optional<T>{*value};
    return runtime::refuse_field("/query/" + std::string{name}, runtime::enum_rule<T>());
  } else {
    auto value = T::parse(it->second);
    if (!value)
      return runtime::refuse_field("/query/" + std::string{name}, runtime::explain(value.error()).detail);
    return std::optional<T>{std::move(*value)};
  }
}

/// The path parameter `index` as an id. One that cannot be an id is errc::not_found.
template <class Id>
runtime::result<Id> path_id(const call& c, size_t index = 0) {
  auto id = Id::parse(c.parameters.at(index));
  if (!id)
    return runtime::refuse(runtime::errc::not_found, "the path's id " + runtime::explain(id.error()).detail);
  return id;
}

} // namespace ainft::http
