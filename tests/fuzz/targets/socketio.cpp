/// A Socket.IO packet. A parsed packet, written and parsed again, must be the same.
#include "net/socketio/packet.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace ainft;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto p = socketio::read_packet(fuzz::text_of(data, size));
  if (!p)
    return 0;
  REQUIRE(p->attachments <= socketio::most_attachments);
  const auto json = p->data.is_null() ? std::string{} : p->data.dump();
  const auto text = socketio::packet_text(p->type, p->nsp, json, p->id, p->attachments);
  const auto again = socketio::read_packet(text);
  REQUIRE(again);
  REQUIRE(again->type == p->type && again->nsp == p->nsp && again->id == p->id && again->attachments == p->attachments);
  REQUIRE(again->data == p->data);
  return 0;
}
