#include "net/ai/remote/openai.hpp"
#include "net/ai/remote/replicate.hpp"
#include "net/ai/remote/stability.hpp"

#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>

namespace {

using namespace ainft;
using namespace ainft::ai;
using namespace ainft::ai::remote;
using runtime::errc;
using testing_values::code_of;

std::string chunk(const std::string& text) {
  return "data: " + nlohmann::json{{"choices", {{{"delta", {{"content", text}}}}}}}.dump() + "\n\n";
}

} // namespace

TEST(completion_stream, is_the_same_however_its_bytes_come) {
  const auto whole = ": a comment\r\n\r\n" + chunk("Grüße") + "event: ping\n\n" + chunk(" an\n")
                     + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n"
                     + "data: [DONE]\n\n";
  for (size_t piece = 1; piece < whole.size(); ++piece) {
    const auto watch = std::make_shared<making>();
    completion_stream s{watch};
    for (size_t i = 0; i < whole.size(); i += piece)
      s.take(std::string_view{whole}.substr(i, piece));
    const auto out = s.finish();
    ASSERT_TRUE(out) << piece;
    ASSERT_EQ(out->text, "Grüße an\n") << piece;
    ASSERT_EQ(watch->text(), out->text);
    ASSERT_EQ(out->used.input_tokens, 3u);
    ASSERT_EQ(out->used.output_tokens, 2u);
  }
}

TEST(completion_stream, that_breaks_off_or_is_something_else_is_refused) {
  const auto outcome = [](const std::string& bytes) {
    completion_stream s{std::make_shared<making>()};
    s.take(bytes);
    return code_of(s.finish());
  };
  EXPECT_EQ(outcome(chunk("half")), errc::unavailable);
  EXPECT_EQ(outcome("data: [DONE]\n"), errc::unavailable);
  EXPECT_EQ(outcome("<html>"), errc::unavailable);
  EXPECT_EQ(outcome("data: garbage\n" + chunk("x") + "data: [DONE]\n"), errc::unavailable);
  EXPECT_EQ(outcome("data: {\"error\":{\"message\":\"no\"}}\n" + chunk("x") + "data: [DONE]\n"), errc::unavailable);
  EXPECT_EQ(outcome(chunk(std::string(65'537, 'x')) + "data: [DONE]\n"), errc::payload_too_large);
  EXPECT_EQ(outcome(chunk("x") + "data: [DONE]\n"), errc::none);
}

TEST(metadata, is_taken_from_what_a_model_says) {
  const auto good = metadata_from("Sure!\n```json\n{\"name\":\"Dawn\",\"description\":\"A "
                                  "lake.\",\"attributes\":[{\"traitType\":\"Mood\",\"value\":\"calm\"}],\"x\":1}\n```");
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, R"({"name":"Dawn","description":"A lake.","attributes":[{"traitType":"Mood","value":"calm"}]})");
  for (const auto* bad :
       {"", "no", "{", "[]", "{}", R"({"name":"","description":"x"})", R"({"name":"x"})",
        R"({"name":5,"description":"x"})", R"({"name":"x","description":"x","attributes":[{"value":"x"}]})",
        R"({"name":"x","description":"x","attributes":["x"]})",
        R"({"name":"123456789012345678901234567890123","description":"x"})"})
    EXPECT_EQ(code_of(metadata_from(bad)), errc::unavailable) << bad;
}

TEST(picture_from_base64, reads_data_urls_too) {
  EXPECT_EQ(*picture_from_base64("aGk="), "hi");
  EXPECT_EQ(*picture_from_base64("data:image/png;base64,aGk="), "hi");
  for (const auto* bad : {"", "data:", "!!", "aGk"})
    EXPECT_FALSE(picture_from_base64(bad)) << bad;
}

TEST(nearest_ratio, is_nearest) {
  EXPECT_EQ(nearest_ratio(1024, 1024), "1:1");
  EXPECT_EQ(nearest_ratio(1920, 1080), "16:9");
  EXPECT_EQ(nearest_ratio(64, 2048), "9:21");
  EXPECT_EQ(nearest_ratio(2048, 64), "21:9");
  EXPECT_EQ(nearest_ratio(800, 1000), "4:5");
}

// The secret, id, time, body and signature with which all libraries of Standard Webhooks are tested.
TEST(webhook, is_genuine_with_the_right_signature_only) {
  const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                    body = R"({"test": 2432232314})";
  const std::string signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  constexpr int64_t now = 1614265330;
  EXPECT_TRUE(webhook_is_genuine(secret, id, "1614265330", signature, body, now));
  EXPECT_TRUE(webhook_is_genuine(secret, id, "1614265330", "v1,AAAA v2,xx " + signature, body, now + 300));
  EXPECT_FALSE(webhook_is_genuine(secret, id, "1614265330", signature, body, now + 301));
  EXPECT_FALSE(webhook_is_genuine(secret, id, "1614265330", signature, body + " ", now));
  EXPECT_FALSE(webhook_is_genuine(secret, id, "1614265331", signature, body, now));
  EXPECT_FALSE(webhook_is_genuine(secret, "msg_other", "1614265330", signature, body, now));
  EXPECT_FALSE(webhook_is_genuine("whsec_AAAA", id, "1614265330", signature, body, now));
  for (const auto* bad : {"", "v1,", "v1", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="})
    EXPECT_FALSE(webhook_is_genuine(secret, id, "1614265330", bad, body, now)) << bad;
  EXPECT_FALSE(webhook_is_genuine(secret, id, "x", signature, body, now));
}
