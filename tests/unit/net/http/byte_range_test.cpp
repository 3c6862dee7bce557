#include "net/http/byte_range.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft::http;
using ainft::runtime::errc;
using ainft::testing_values::code_of;

struct expected {
  const char* header;
  uint64_t offset, length;
  bool partial;
};

} // namespace

TEST(byte_range, reads_the_forms_of_rfc_9110) {
  for (const auto& e : {expected{"", 0, 100, false},
                        {"bytes=0-9", 0, 10, true},
                        {"bytes=90-", 90, 10, true},
                        {"bytes=-5", 95, 5, true},
                        {"bytes=-500", 0, 100, true},
                        {"bytes=50-999", 50, 50, true},
                        {"items=0-9", 0, 100, false},
                        {"bytes=0-1,5-6", 0, 100, false},
                        {"bytes=9-5", 0, 100, false},
                        {"bytes=x", 0, 100, false}}) {
    const auto got = read_range(e.header, 100);
    ASSERT_TRUE(got) << e.header;
    EXPECT_EQ(got->offset, e.offset) << e.header;
    EXPECT_EQ(got->length, e.length) << e.header;
    EXPECT_EQ(got->partial, e.partial) << e.header;
  }
  EXPECT_EQ(read_range("bytes=10-19", 100)->content_range(100), "bytes 10-19/100");
}

TEST(byte_range, refuses_what_lies_outside_the_file) {
  EXPECT_EQ(code_of(read_range("bytes=100-", 100)), errc::range_not_satisfiable);
  EXPECT_EQ(code_of(read_range("bytes=-0", 100)), errc::range_not_satisfiable);
}
