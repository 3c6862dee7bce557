#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::socketio {

/// Complete WebSocket frames from a server (RFC 6455, section 5.2: final, unmasked), one per Engine.IO packet. They are
/// encoded once and can be written to any number of sockets.
using frames = std::shared_ptr<const std::string>;

/// The packet types of Engine.IO v4 and their characters.
namespace engine_type {
constexpr char open = '0', close = '1', ping = '2', pong = '3', message = '4', upgrade = '5', noop = '6';
}

/// Appends one frame. Its payload is `head` followed by `rest`.
void append_text_frame(std::string& to, std::string_view head, std::string_view rest);
void append_binary_frame(std::string& to, std::string_view payload);

/// Encodes a close frame with a status code (RFC 6455, section 7.4.1).
[[nodiscard]] std::string close_frame(uint16_t code);

/// Encodes one packet as a text frame.
[[nodiscard]] frames packet_frames(char type, std::string_view data = {});

/// Calls `each(binary, payload)` for every frame of `all`. Trusts its input: `all` must come from the functions above.
void for_each_frame(std::string_view all, const std::function<void(bool binary, std::string_view payload)>& each);

/// Appends the packets of the frames `all` to a polling payload: text unchanged, binary as `b` and base 64, separated
/// by the record separator (Engine.IO v4, "HTTP long-polling").
void append_polling(std::string& payload, std::string_view all);

/// A packet that a client sent by polling.
struct polled_packet {
  char type;
  bool binary = false;
  std::string data;
};

/// Splits a polling payload into packets. Nothing if a packet is invalid or there are more than `limit` packets.
[[nodiscard]] std::optional<std::vector<polled_packet>> read_polling(std::string_view payload, size_t limit);

/// The frames that wait to be sent on one connection, in order.
class send_queue {
public:
  void push(frames f) {
    bytes_ += f->size();
    items_.push_back(std::move(f));
  }
  [[nodiscard]] bool empty() const noexcept { return first_ == items_.size(); }
  /// The number of unsent bytes.
  [[nodiscard]] size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] const frames* begin() const noexcept { return items_.data() + first_; }
  [[nodiscard]] const frames* end() const noexcept { return items_.data() + items_.size(); }
  /// The number of bytes of the first item that have been sent.
  [[nodiscard]] size_t sent_of_first() const noexcept { return sent_; }
  /// Removes `n` bytes from the front.
  void sent(size_t n);
  void clear();

private:
  std::vector<frames> items_;
  size_t first_ = 0;
  size_t sent_ = 0;
  size_t bytes_ = 0;
};

} // namespace ainft::socketio
