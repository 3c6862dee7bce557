#pragma once

#include "actors/market/listing/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::listing {

/// GET /v1/listings/{id}/events: a listing's events as server-sent events (WHATWG HTML, section 9.2). Their ids are the
/// listing's versions. Without a Last-Event-ID, the stream begins with a `snapshot` event. With one, it resumes after
/// that event, without gaps and without duplicates.
[[nodiscard]] task<http::reply> stream_events(const services& s, http::call& c);

} // namespace ainft::listing
