#include "net/socketio/packet.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft::socketio;

packet read(std::string_view text) {
  auto p = read_packet(text);
  EXPECT_TRUE(p) << text;
  return p ? std::move(*p) : packet{};
}

} // namespace

TEST(packet, has_type_namespace_id_and_data) {
  const auto plain = read(R"(2["message",1])");
  EXPECT_EQ(plain.type, packet_type::event);
  EXPECT_EQ(plain.nsp, "/");
  EXPECT_FALSE(plain.id);
  EXPECT_EQ(plain.data.dump(), R"(["message",1])");
  const auto full = read(R"(51-/admin,456["message",{"_placeholder":true,"num":0}])");
  EXPECT_EQ(full.type, packet_type::binary_event);
  EXPECT_EQ(full.nsp, "/admin");
  EXPECT_EQ(full.id, 456u);
  EXPECT_EQ(full.attachments, 1u);
  EXPECT_EQ(read("0/custom").nsp, "/custom");
  EXPECT_EQ(read("0/custom,").nsp, "/custom");
  EXPECT_EQ(read(R"(318446744073709551615[])").id, 18446744073709551615u);
}

TEST(packet, is_written_as_it_is_read) {
  for (const std::string text :
       {R"(2["a"])", R"(2/admin,["a"])", R"(27["a"])", R"(2/admin,7["a"])", R"(37[1,2])", "0/x,{}"}) {
    const auto p = read(text);
    EXPECT_EQ(packet_text(p.type, p.nsp, p.data.dump(), p.id), text);
  }
  EXPECT_EQ(packet_text(packet_type::binary_ack, "/x", "[]", 9, 2), "62-/x,9[]");
}

TEST(packet, is_refused_if_no_client_may_send_it) {
  for (const std::string_view text : {"",
                                      "7",
                                      "x",
                                      "2",
                                      "2{}",
                                      "2[]",
                                      "2[{}]",
                                      "2[null]",
                                      R"(2["connect"])",
                                      R"(2["disconnect"])",
                                      "3[]",
                                      "31{}",
                                      "4{}",
                                      "1{}",
                                      "0[]",
                                      "0null",
                                      "5-[\"a\"]",
                                      "5[\"a\"]",
                                      "565-[\"a\"]",
                                      R"(2["a",{"_placeholder":true,"num":0}])",
                                      R"(51-["a",{"_placeholder":true,"num":1}])",
                                      R"(51-["a",{"_placeholder":true}])",
                                      "2[\"a\"",
                                      "2[\"a\"]x"})
    EXPECT_FALSE(read_packet(text)) << text;
}
