/// A client's JSON body, parsed into described types. A parsed value, written and parsed again, must be the same.
#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_text.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <map>

using namespace ainft;

namespace {

AINFT_ENUM(kind, fixed, auction)

struct part {
  std::string id;
  std::optional<int16_t> n;
  runtime::bounded_text<0, 300> text;
};
AINFT_DESCRIBE(part, id, n, (text, defaulted))

/// Has a field of every kind that the reader supports.
struct everything {
  listing_id listing;
  ::kind kind = ::kind::fixed;
  bool flag = false;
  int8_t small = 0;
  uint64_t large = 0;
  double real = 0;
  positive_lamports price;
  std::optional<runtime::time_point> ends_at;
  std::vector<creator_share> creators;
  std::map<std::string, part> parts;
  std::array<uint8_t, 3> three{};
  runtime::raw_json raw;
  runtime::bounded_text<1, 40> name;
};
AINFT_DESCRIBE(everything, listing, kind, flag, small, large, real, price, ends_at, creators, parts, three, raw, name)

template <class T>
void check(const nlohmann::json& json) {
  const auto x = runtime::from_json<T>(json);
  if (!x) {
    REQUIRE(!runtime::explain(x.error()).fields.empty());
    return;
  }
  const auto text = runtime::to_json(*x);
  const auto again = runtime::from_json_text<T>(text);
  REQUIRE(again);
  REQUIRE(runtime::to_json(*again) == text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = runtime::parse_json(fuzz::text_of(data, size));
  if (!json)
    return 0;
  check<everything>(*json);
  check<std::vector<part>>(*json);
  check<std::map<std::string, std::vector<runtime::raw_json>>>(*json);
  return 0;
}
