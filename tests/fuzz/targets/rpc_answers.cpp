/// A Solana node's answer. The first byte selects the method, the second the HTTP status. Every input must give a value
/// or an error, and texts from the node must be bounded.
#include "net/solana/rpc_answers.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

#include <cctype>

using namespace ainft;
namespace answers = solana::rpc_answers;

namespace {

constexpr size_t most_words = 10'000; ///< bytes; enough for some lines of the node's log, each shortened

/// Texts from a node must be short and without control characters.
void check_words(std::string_view text) {
  REQUIRE(text.size() <= most_words);
  for (const unsigned char c : text)
    REQUIRE(!std::iscntrl(c));
}

/// Checks the code and the text of an error, or passes a value to `look`.
template <class T, class Look>
void check(const runtime::result<T>& got, Look look) {
  if (got)
    return look(*got);
  const auto why = runtime::explain(got.error());
  using runtime::errc;
  REQUIRE(why.code == errc::unavailable || why.code == errc::solana_failed || why.code == errc::not_found);
  check_words(why.detail);
}

constexpr auto anything = [](const auto&) {};
constexpr uint64_t highest_place = INT64_MAX; ///< PostgreSQL can store slots and heights up to this

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto body = fuzz::text_of(data, size);
  const auto method = fuzz::take_byte(body);
  constexpr long statuses[] = {200, 200, 200, 429, 500, 403, 0, 301};
  const auto status = statuses[fuzz::take_byte(body) % std::size(statuses)];
  switch (method) {
  case 'r': check(answers::result_of(status, body), anything); break;
  case 'h': check(answers::health(status, body), [](bool ok) { REQUIRE(ok); }); break;
  case 'l':
    check(answers::latest_blockhash(status, body),
          [](const auto& x) { REQUIRE(x.slot <= highest_place && x.last_valid_block_height <= highest_place); });
    break;
  case 'p':
    check(answers::point(status, body),
          [](const auto& x) { REQUIRE(x.slot <= highest_place && x.height <= highest_place); });
    break;
  case 'b': check(answers::balance(status, body), anything); break;
  case 'a': check(answers::balances(status, body, 2), [](const auto& x) { REQUIRE(x.size() == 2); }); break;
  case 'm': check(answers::minimum_balance(status, body), anything); break;
  case 's': check(answers::simulation(status, body), check_words); break;
  case 'g': check(answers::sent(status, body), anything); break;
  case 't':
    check(answers::statuses(status, body, 2), [](const auto& x) {
      REQUIRE(x.all.size() == 2 && x.slot <= highest_place);
      for (const auto& s : x.all) {
        check_words(s.failure);
        REQUIRE(s.found || (!s.confirmed && s.failure.empty()));
      }
    });
    break;
  case 'o': check(answers::outcome(status, body), anything); break;
  default: break;
  }
  return 0;
}
