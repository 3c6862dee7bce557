#include "net/socketio/frames.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace ainft::socketio;

struct message {
  bool binary;
  std::string data;
  friend bool operator==(const message&, const message&) = default;
};

std::vector<message> taken_apart(std::string_view all) {
  std::vector<message> out;
  for_each_frame(all, [&](bool binary, std::string_view data) { out.push_back({binary, std::string{data}}); });
  return out;
}

} // namespace

TEST(frames, have_the_head_that_their_length_needs) {
  const auto head_of = [](size_t n) {
    std::string out;
    append_text_frame(out, "4", std::string(n - 1, 'x'));
    return out.substr(0, out.size() - n);
  };
  EXPECT_EQ(head_of(1), "\x81\x01");
  EXPECT_EQ(head_of(125), "\x81\x7d");
  EXPECT_EQ(head_of(126), (std::string{"\x81\x7e\x00\x7e", 4}));
  EXPECT_EQ(head_of(65535), (std::string{"\x81\x7e\xff\xff", 4}));
  EXPECT_EQ(head_of(65536), (std::string{"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10}));
}

RC_GTEST_PROP(frames, always_come_apart_as_they_were_put_together,
              (const std::vector<std::pair<bool, std::string>>& what)) {
  std::string all;
  std::vector<message> expected;
  for (const auto& [binary, data] : what) {
    if (binary)
      append_binary_frame(all, data);
    else
      append_text_frame(all, "4", data);
    expected.push_back({binary, binary ? data : "4" + data});
  }
  RC_ASSERT(taken_apart(all) == expected);
}

RC_GTEST_PROP(frames, as_a_polling_payload_always_read_back_as_the_same_messages,
              (const std::vector<std::pair<bool, std::string>>& what)) {
  std::string all, payload;
  size_t count = 0;
  for (auto [binary, data] : what) {
    std::erase(data, '\x1e'); // JSON text never contains it
    if (binary)
      append_binary_frame(all, data);
    else
      append_text_frame(all, "4", data);
    ++count;
  }
  append_polling(payload, all);
  if (count == 0) {
    RC_ASSERT(payload.empty());
    return;
  }
  const auto back = read_polling(payload, count);
  RC_ASSERT(back.has_value());
  RC_ASSERT(back->size() == count);
  const auto messages = taken_apart(all);
  for (size_t i = 0; i < count; ++i) {
    RC_ASSERT((*back)[i].binary == messages[i].binary);
    RC_ASSERT((*back)[i].data == (messages[i].binary ? messages[i].data : messages[i].data.substr(1)));
  }
}

TEST(frames, of_a_payload_beyond_the_limit_are_refused) {
  EXPECT_TRUE(read_polling("4a\x1e"
                           "4b",
                           2));
  EXPECT_FALSE(read_polling("4a\x1e"
                            "4b\x1e"
                            "4c",
                            2));
}

RC_GTEST_PROP(send_queue, always_holds_what_was_not_sent,
              (const std::vector<std::string>& what, const std::vector<uint8_t>& sent)) {
  send_queue q;
  std::string expected;
  for (const auto& text : what) {
    if (text.empty())
      continue;
    q.push(std::make_shared<const std::string>(text));
    expected += text;
  }
  for (const auto n : sent) {
    const auto some = std::min<size_t>(n, expected.size());
    q.sent(some);
    expected.erase(0, some);
    std::string left;
    for (const auto& f : q)
      left += *f;
    RC_ASSERT(q.bytes() == expected.size());
    RC_ASSERT((q.empty() ? std::string{} : left.substr(q.sent_of_first())) == expected);
  }
}
