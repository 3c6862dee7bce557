#include "net/socketio/frames.hpp"

#include "net/base64.hpp"

#include <algorithm>

namespace ainft::socketio {

namespace {

constexpr char record_separator = '\x1e';
constexpr uint8_t final_text = 0x81, final_binary = 0x82, final_close = 0x88;

void append_head(std::string& to, uint8_t opcode, size_t size) {
  to += static_cast<char>(opcode);
  const auto big_endian = [&](int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
      to += static_cast<char>(size >> (8 * i) & 0xFF);
  };
  if (size < 126) {
    to += static_cast<char>(size);
  } else if (size < 65536) {
    to += static_cast<char>(126);
    big_endian(2);
  } else {
    to += static_cast<char>(127);
    big_endian(8);
  }
}

} // namespace

void append_text_frame(std::string& to, std::string_view head, std::string_view rest) {
  append_head(to, final_text, head.size() + rest.size());
  to.append(head).append(rest);
}

void append_binary_frame(std::string& to, std::string_view payload) {
  append_head(to, final_binary, payload.size());
  to.append(payload);
}

std::string close_frame(uint16_t code) {
  std::string out;
  append_head(out, final_close, 2);
  out += static_cast<char>(code >> 8);
  out += static_cast<char>(code & 0xFF);
  return out;
}

frames packet_frames(char type, std::string_view data) {
  std::string out;
  append_text_frame(out, {&type, 1}, data);
  return std::make_shared<const std::string>(std::move(out));
}

void for_each_frame(std::string_view all, const std::function<void(bool, std::string_view)>& each) {
  while (!all.empty()) {
    const bool binary = static_cast<uint8_t>(all[0]) == final_binary;
    size_t size = static_cast<uint8_t>(all[1]), head = 2;
    if (const auto bytes = size == 126 ? 2u : size == 127 ? 8u : 0u) {
      size = 0;
      for (size_t i = 0; i < bytes; ++i)
        size = size << 8 | static_cast<uint8_t>(all[2 + i]);
      head += bytes;
    }
    each(binary, all.substr(head, size));
    all.remove_prefix(head + size);
  }
}

void append_polling(std::string& payload, std::string_view all) {
  for_each_frame(all, [&](bool binary, std::string_view data) {
    if (!payload.empty())
      payload += record_separator;
    if (binary)
      payload.append("b").append(net::base64_encode(data));
    else
      payload += data;
  });
}

std::optional<std::vector<polled_packet>> read_polling(std::string_view payload, size_t limit) {
  std::vector<polled_packet> out;
  for (bool more = true; more;) {
    const auto end = payload.find(record_separator);
    const auto packet = payload.substr(0, end);
    more = end != payload.npos;
    if (more)
      payload.remove_prefix(end + 1);
    if (packet.empty() || out.size() == limit)
      return std::nullopt;
    if (packet[0] == 'b') {
      auto bytes = net::base64_decode(packet.substr(1));
      if (!bytes)
        return std::nullopt;
      out.push_back({engine_type::message, true, std::move(*bytes)});
    } else if (packet[0] >= engine_type::open && packet[0] <= engine_type::noop) {
      out.push_back({packet[0], false, std::string{packet.substr(1)}});
    } else {
      return std::nullopt;
    }
  }
  return out;
}

void send_queue::sent(size_t n) {
  bytes_ -= n;
  n += sent_;
  while (first_ < items_.size() && n >= items_[first_]->size()) {
    n -= items_[first_]->size();
    items_[first_++].reset();
  }
  sent_ = n;
  if (first_ == items_.size()) {
    if (items_.capacity() > 64) // releases the memory of a burst
      items_ = {};
    items_.clear();
    first_ = 0;
  } else if (first_ > 1024) {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void send_queue::clear() {
  items_ = {};
  first_ = sent_ = bytes_ = 0;
}

} // namespace ainft::socketio
