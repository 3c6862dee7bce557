#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::socketio {

/// Whole WebSocket frames from a server (RFC 6455, section 5.2: final, unmasked), one for each Engine.IO packet: made once,
/// written to any number of sockets.
using frames = std::shared_ptr<const std::string>;

/// The packet types of Engine.IO v4, as their character.
namespace engine_type {
constexpr char open = '0', close = '1', ping = '2', pong = '3', message = '4', upgrade = '5', noop = '6';
}

/// Appends one frame whose payload is `head` and then `rest`.
void append_text_frame(std::string& to, std::string_view head, std::string_view rest);
void append_binary_frame(std::string& to, std::string_view payload);

/// The frames of a close with an RFC 6455 status code (section 7.4.1).
[[nodiscard]] std::string close_frame(uint16_t code);

/// One packet of type `type`.
[[nodiscard]] frames packet_frames(char type, std::string_view data = {});

/// Takes frames that were made here apart again: calls `each(binary, payload)`.
void for_each_frame(std::string_view all, const std::function<void(bool binary, std::string_view payload)>& each);

/// Frames as a polling payload's part: text as it is, binary as `b` and base 64, the record separator between (Engine.IO v4,
/// "HTTP long-polling"). Appends to `payload`.
void append_polling(std::string& payload, std::string_view all);

/// A packet that came by polling.
struct polled_packet {
  char type;
  bool binary = false;
  std::string data;
};

/// Takes a polling payload apart; nothing if any of its packets is not one. At most `limit` packets.
[[nodiscard]] std::optional<std::vector<polled_packet>> read_polling(std::string_view payload, size_t limit);

/// What waits to be sent on one connection, in order.
class send_queue {
public:
  void push(frames f) {
    bytes_ += f->size();
    items_.push_back(std::move(f));
  }
  [[nodiscard]] bool empty() const noexcept { return first_ == items_.size(); }
  /// What has not been sent yet, in bytes.
  [[nodiscard]] size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] const frames* begin() const noexcept { return items_.data() + first_; }
  [[nodiscard]] const frames* end() const noexcept { return items_.data() + items_.size(); }
  /// How much of the first item has been sent.
  [[nodiscard]] size_t sent_of_first() const noexcept { return sent_; }
  /// Takes `n` bytes off the front.
  void sent(size_t n);
  void clear();

private:
  std::vector<frames> items_;
  size_t first_ = 0;
  size_t sent_ = 0;
  size_t bytes_ = 0;
};

} // namespace ainft::socketio
