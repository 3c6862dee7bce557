#include "actors/ai/agent/domain.hpp"

#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_writer.hpp"

namespace ainft::agent {

namespace {

struct told_cause {
  cause_kind why;
  std::optional<asked_text> message;
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
  std::optional<std::string> subject_id;
};
AINFT_DESCRIBE(told_cause, (why, "cause"), message, (nft, "nft_id"), (listing, "listing_id"), subject_id)

struct told_refusal {
  std::string error;
};
AINFT_DESCRIBE(told_refusal, error)

} // namespace

ai::spoken_text words_of(const cause& why) {
  const told_cause told{why.kind, why.message.str().empty() ? std::nullopt : std::optional{why.message}, why.nft,
                        why.listing, why.subject_id};
  return *ai::spoken_text::parse(runtime::to_json(told));
}

ai::spoken_text refusal_of(std::string_view reason) {
  constexpr size_t longest = 2'000; // bytes; fits into spoken_text even if JSON escapes every character
  const told_refusal told{std::string{reason.size() <= longest && !runtime::check_text(reason, 0, longest)
                                        ? reason
                                        : "the call failed; the reason is too long to show"}};
  return *ai::spoken_text::parse(runtime::to_json(told));
}

} // namespace ainft::agent
