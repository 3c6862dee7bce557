/// Values of one line. The first byte selects the type. A parsed value has one canonical text, which parses to the same
/// value.
#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "net/base64.hpp"
#include "runtime/text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace ainft;

namespace {

/// With `only_form`, parse() must refuse a text that is not canonical.
template <class T>
void check(std::string_view text, bool only_form) {
  const auto x = T::parse(text);
  if (!x)
    return;
  const std::string written = x->str();
  REQUIRE(!only_form || written == text);
  const auto again = T::parse(written);
  REQUIRE(again && *again == *x && again->str() == written);
}

void check_time(std::string_view text) {
  check<runtime::time_point>(text, false);
  if (const auto t = runtime::time_point::parse(text)) {
    const auto written = t->str();
    REQUIRE(written.size() == 27 && written.find_first_not_of("0123456789-T:.Z") == written.npos);
    REQUIRE(runtime::time_point::parse(written)->get() == t->get());
  }
}

void check_sum(std::string_view text) {
  const auto at = std::min(text.find('+'), text.size());
  const auto a = lamports::parse(text.substr(0, at));
  const auto b = lamports::parse(text.substr(std::min(at + 1, text.size())));
  if (!a || !b)
    return;
  const auto sum = solana::add(*a, *b);
  const auto exact = static_cast<unsigned __int128>(a->get()) + b->get();
  REQUIRE(sum.has_value() == (exact <= UINT64_MAX));
  REQUIRE(!sum || sum->get() == exact);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto text = fuzz::text_of(data, size);
  switch (fuzz::take_byte(text)) {
  case 't': check_time(text); break;
  case 'l': check<lamports>(text, true); break;
  case 'p': check<positive_lamports>(text, true); break;
  case '+': check_sum(text); break;
  case 'i': check<listing_id>(text, true); break;
  case 's': check<runtime::slug>(text, true); break;
  case 'k': check<solana::public_key>(text, true); break;
  case 'g': check<solana::signature>(text, true); break;
  case 'x': check<runtime::bounded_text<1, 100>>(text, true); break;
  case 'd': check<runtime::display_text<50>>(text, false); break;
  case 'n': check<runtime::paragraph_text<1, 300>>(text, false); break;
  case 'u':
    if (const auto id = runtime::uuid::parse(text))
      REQUIRE(runtime::uuid::parse(id->str()) == id);
    break;
  case 'b':
    if (const auto bytes = net::base64_decode(text))
      REQUIRE(net::base64_encode(*bytes) == text);
    break;
  case 'r':
    if (const auto bytes = net::base64url_decode(text))
      REQUIRE(net::base64url_encode(*bytes) == text);
    break;
  default: break;
  }
  return 0;
}
