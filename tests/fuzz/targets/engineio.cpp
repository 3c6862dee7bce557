/// A polling payload. Its packets, encoded as frames and then as a payload again, must give the same payload.
#include "net/socketio/frames.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace ainft;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto payload = fuzz::text_of(data, size);
  constexpr size_t limit = 100;
  const auto packets = socketio::read_polling(payload, limit);
  if (!packets)
    return 0;
  REQUIRE(!packets->empty() && packets->size() <= limit);
  std::string frames;
  for (const auto& p : *packets)
    if (p.binary)
      socketio::append_binary_frame(frames, p.data);
    else
      socketio::append_text_frame(frames, {&p.type, 1}, p.data);
  std::string again;
  socketio::append_polling(again, frames);
  REQUIRE(again == payload);
  size_t n = 0;
  socketio::for_each_frame(frames, [&](bool binary, std::string_view content) {
    const auto& p = packets->at(n++);
    REQUIRE(binary == p.binary && content == (binary ? p.data : p.type + p.data));
  });
  REQUIRE(n == packets->size());
  return 0;
}
