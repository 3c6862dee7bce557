/// A client's signed transaction. A parsed transaction must serialize to the same bytes, and all its indexes must be
/// valid.
#include "net/solana/message.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace ainft;

namespace {

void check_message(std::string_view bytes) {
  const auto m = solana::message::parse(bytes);
  if (!m)
    return;
  REQUIRE(m->serialize() == bytes);
  REQUIRE(m->signers().size() == m->required_signatures);
  REQUIRE(size_t{m->required_signatures} + m->readonly_unsigned <= m->accounts.size());
  for (const auto& i : m->instructions) {
    REQUIRE(i.program_index < m->accounts.size());
    for (const auto account : i.accounts)
      REQUIRE(account < m->accounts.size());
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  check_message(bytes);
  if (auto tx = solana::transaction::parse(bytes)) {
    REQUIRE(tx->serialize() == bytes);
    REQUIRE(bytes.size() <= solana::transaction::max_size);
    check_message(tx->message_bytes);
    const auto keys = solana::message::parse(tx->message_bytes)->signers();
    REQUIRE(keys.size() == tx->signatures.size());
    REQUIRE(tx->put_signature(keys.back(), solana::signature{std::string_view{"signed"}}));
  }
  return 0;
}
