#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

/// The description of everything that clients can get and send over a socket: the rooms, the events and their public
/// forms, and the socket's own messages. It is made from the list of capabilities.
namespace ainft::realtime {

/// The AsyncAPI 3.0 document: https://www.asyncapi.com/docs/reference/specification/v3.0.0. The components' schema
/// `Events` has a member for each event, so that tools make types from it. `version` is the
/// API's; an empty `public_url` leaves out the server. Throws std::logic_error if a room or a visible event is not
/// described.
[[nodiscard]] nlohmann::json catalog(std::string_view version, const std::string& public_url);

/// The page docs/events.md: the rooms and events of each capability.
[[nodiscard]] std::string catalog_page();

/// A value that fits a JSON Schema of `components`, for people to read.
[[nodiscard]] nlohmann::json example_of(const nlohmann::json& schema, const nlohmann::json& components);

} // namespace ainft::realtime
