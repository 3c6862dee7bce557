#pragma once

#include "net/solana/types.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Reads a Solana node's answers to JSON-RPC calls. Each function takes the HTTP status and the body, and gives the
/// value or a refusal. The bytes are untrusted: no input makes a function throw, and texts that are kept are bounded.
/// Refusals are errc::unavailable (no usable JSON-RPC answer, HTTP 429 or 5xx, a node that is behind: worth another
/// try) and errc::solana_failed (the node refused, or its result has an unknown form).
namespace ainft::solana {

/// The id of every request: one HTTP exchange has one call.
constexpr int rpc_request_id = 1;

struct blockhash_info {
  hash blockhash;
  uint64_t last_valid_block_height = 0;
  uint64_t slot = 0; ///< of the bank that answered
};

/// A block of the chain, by slot and height, as one node saw both at once.
struct chain_point {
  uint64_t slot = 0;
  uint64_t height = 0;
};

/// How a transaction stands. `failure` is the chain's error as JSON, empty for success.
struct signature_status {
  bool found = false;
  bool confirmed = false; ///< confirmed or finalized
  uint64_t slot = 0;
  std::string failure;
};

/// Statuses as of one slot: a transaction that is not found had not landed in a block up to `slot`.
struct status_list {
  uint64_t slot = 0;
  std::vector<signature_status> all;
};

/// What a transaction on chain did to its fee payer.
struct payer_outcome {
  bool failed = false;
  lamports fee;
  lamports before;
  lamports after;
};

namespace rpc_answers {

/// The `result` of a JSON-RPC 2.0 answer.
[[nodiscard]] result<nlohmann::json> result_of(long status, std::string_view body);

/// getHealth: true, or a refusal.
[[nodiscard]] result<bool> health(long status, std::string_view body);
/// getLatestBlockhash.
[[nodiscard]] result<blockhash_info> latest_blockhash(long status, std::string_view body);
/// getEpochInfo.
[[nodiscard]] result<chain_point> point(long status, std::string_view body);
/// getBalance.
[[nodiscard]] result<lamports> balance(long status, std::string_view body);
/// getMultipleAccounts of `count` accounts: what each holds, 0 for one that does not exist.
[[nodiscard]] result<std::vector<lamports>> balances(long status, std::string_view body, size_t count);
/// getMinimumBalanceForRentExemption.
[[nodiscard]] result<lamports> minimum_balance(long status, std::string_view body);
/// simulateTransaction: empty, or why it would fail.
[[nodiscard]] result<std::string> simulation(long status, std::string_view body);
/// sendTransaction.
[[nodiscard]] result<signature> sent(long status, std::string_view body);
/// getSignatureStatuses of `count` signatures. A list of another length is refused.
[[nodiscard]] result<status_list> statuses(long status, std::string_view body, size_t count);
/// getTransaction. Refuses with errc::not_found one that the node does not have.
[[nodiscard]] result<payer_outcome> outcome(long status, std::string_view body);

} // namespace rpc_answers

} // namespace ainft::solana
