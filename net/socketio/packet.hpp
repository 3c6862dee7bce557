#pragma once

#include "net/socketio/frames.hpp"
#include "runtime/errors.hpp"

#include <nlohmann/json.hpp>

namespace ainft::socketio {

/// The packet types of Socket.IO v5.
enum class packet_type : uint8_t { connect, disconnect, event, ack, connect_error, binary_event, binary_ack };

/// A packet as it came: `data` is null where there was none. Binary parts of an event or ack follow as attachments; in `data`
/// each stands as {"_placeholder":true,"num":N}.
struct packet {
  packet_type type = packet_type::connect;
  std::string nsp = "/";
  std::optional<uint64_t> id;
  size_t attachments = 0; ///< how many follow
  nlohmann::json data;
};

/// The most attachments that one packet may announce.
constexpr size_t most_attachments = 64;

/// Reads a packet's text (Socket.IO v5, "Packet encoding"). Refuses with errc::malformed_request whatever the protocol does not
/// allow a client to send.
[[nodiscard]] runtime::result<packet> read_packet(std::string_view text);

/// What a server sends, as frames. `data` is JSON text: an array for events and acks.
[[nodiscard]] std::string packet_text(packet_type type, std::string_view nsp, std::string_view data, std::optional<uint64_t> id = {},
                                      size_t attachments = 0);
void append_packet(std::string& to, packet_type type, std::string_view nsp, std::string_view data, std::optional<uint64_t> id = {},
                   const std::vector<std::string>& attachments = {});
[[nodiscard]] frames make_packet(packet_type type, std::string_view nsp, std::string_view data, std::optional<uint64_t> id = {},
                                 const std::vector<std::string>& attachments = {});

} // namespace ainft::socketio
