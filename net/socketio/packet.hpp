#pragma once

#include "net/socketio/frames.hpp"
#include "runtime/errors.hpp"

#include <nlohmann/json.hpp>

namespace ainft::socketio {

/// The packet types of Socket.IO v5.
enum class packet_type : uint8_t { connect, disconnect, event, ack, connect_error, binary_event, binary_ack };

/// A decoded packet. `data` is null if the packet has none. The binary parts of an event or ack follow as attachments;
/// `data` has {"_placeholder":true,"num":N} in their place.
struct packet {
  packet_type type = packet_type::connect;
  std::string nsp = "/";
  std::optional<uint64_t> id;
  size_t attachments = 0; ///< number of attachments that follow
  nlohmann::json data;
};

/// The maximum number of attachments of one packet.
constexpr size_t most_attachments = 64;

/// Parses a packet's text (Socket.IO v5, "Packet encoding"). Refuses with errc::malformed_request everything that the
/// protocol does not allow a client to send.
[[nodiscard]] runtime::result<packet> read_packet(std::string_view text);

/// These encode a packet from the server; the last two encode it as frames. `data` is JSON text: an array for events
/// and acks.
[[nodiscard]] std::string packet_text(packet_type type, std::string_view nsp, std::string_view data,
                                      std::optional<uint64_t> id = {}, size_t attachments = 0);
void append_packet(std::string& to, packet_type type, std::string_view nsp, std::string_view data,
                   std::optional<uint64_t> id = {}, const std::vector<std::string>& attachments = {});
[[nodiscard]] frames make_packet(packet_type type, std::string_view nsp, std::string_view data,
                                 std::optional<uint64_t> id = {}, const std::vector<std::string>& attachments = {});

} // namespace ainft::socketio
