#pragma once

#include "net/solana/types.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Parses a Solana node's answers to JSON-RPC calls. Each function takes the HTTP status and the body, and returns the
/// value or an error. The input is untrusted: no input makes a function throw, and texts that are kept are bounded.
/// errc::unavailable is a transient error: no usable JSON-RPC answer, HTTP 429 or 5xx, or a node that is behind.
/// errc::solana_failed means that the node refused, or that its result has an unknown form.
namespace ainft::solana {

/// The id of every request. One id is enough, because each HTTP exchange has one call.
constexpr int rpc_request_id = 1;

struct blockhash_info {
  hash blockhash;
  uint64_t last_valid_block_height = 0;
  uint64_t slot = 0; ///< of the bank that answered
};

/// A block of the chain by slot and height, both from one answer of one node.
struct chain_point {
  uint64_t slot = 0;
  uint64_t height = 0;
};

/// The status of a transaction. `failure` is the chain's error as JSON; empty for success.
struct signature_status {
  bool found = false;
  bool confirmed = false; ///< confirmed or finalized
  uint64_t slot = 0;
  std::string failure;
};

/// Statuses as of `slot`. A transaction that is not found had not landed in a block up to that slot.
struct status_list {
  uint64_t slot = 0;
  std::vector<signature_status> all;
};

/// The effect of a transaction on its fee payer.
struct payer_outcome {
  bool failed = false;
  lamports fee;
  lamports before;
  lamports after;
};

namespace rpc_answers {

/// The `result` of a JSON-RPC 2.0 answer.
[[nodiscard]] result<nlohmann::json> result_of(long status, std::string_view body);

/// getHealth: true, or an error.
[[nodiscard]] result<bool> health(long status, std::string_view body);
/// getLatestBlockhash.
[[nodiscard]] result<blockhash_info> latest_blockhash(long status, std::string_view body);
/// getEpochInfo.
[[nodiscard]] result<chain_point> point(long status, std::string_view body);
/// getBalance.
[[nodiscard]] result<lamports> balance(long status, std::string_view body);
/// getMultipleAccounts of `count` accounts: their balances, 0 for an account that does not exist.
[[nodiscard]] result<std::vector<lamports>> balances(long status, std::string_view body, size_t count);
/// getMinimumBalanceForRentExemption.
[[nodiscard]] result<lamports> minimum_balance(long status, std::string_view body);
/// simulateTransaction: empty, or the reason why it would fail.
[[nodiscard]] result<std::string> simulation(long status, std::string_view body);
/// sendTransaction.
[[nodiscard]] result<signature> sent(long status, std::string_view body);
/// getSignatureStatuses of `count` signatures. Refuses a list of another length.
[[nodiscard]] result<status_list> statuses(long status, std::string_view body, size_t count);
/// getTransaction. Refuses with errc::not_found a transaction that the node does not have.
[[nodiscard]] result<payer_outcome> outcome(long status, std::string_view body);

} // namespace rpc_answers

} // namespace ainft::solana
