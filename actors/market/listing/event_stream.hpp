#pragma once

#include "actors/market/listing/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::listing {

/// GET /v1/listings/{id}/events: what happens to a listing, as server-sent events (WHATWG HTML, section 9.2) whose ids are its
/// versions. Without a Last-Event-ID it begins with a `snapshot` event; with one it goes on with the event after that,
/// nothing missed and nothing twice.
[[nodiscard]] task<http::reply> stream_events(const services& s, http::call& c);

} // namespace ainft::listing
