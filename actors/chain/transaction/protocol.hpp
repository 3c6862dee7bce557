#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "net/solana/types.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"
#include "runtime/registered_name.hpp"

namespace ainft::transaction {

/// The flows of all capabilities. See flow.hpp.
struct flow_registry {
  static constexpr std::string_view description = "must be the purpose of a transaction";
  static std::vector<std::string> names();
};

/// The name of a capability's flow, such as "mint".
using purpose = runtime::registered_name<flow_registry>;

AINFT_ENUM(phase, awaiting_signature, submitted, confirmed, failed, expired)

/// A transaction for a wallet to sign. `message` contains the bytes to sign, as base64. `signatures` contains the
/// signatures so far, and zeros for the missing ones.
struct built {
  transaction_id id;
  transaction::purpose purpose;
  runtime::uuid subject; ///< the NFT or listing that it is for
  wallet_address wallet; ///< the wallet that must sign it
  lamports amount;       ///< the price of a purchase
  std::string message;
  std::vector<solana::signature> signatures;
  uint64_t last_valid_block_height = 0;
  runtime::time_point sign_before;
};
AINFT_DESCRIBE(built, id, purpose, subject, wallet, amount, message, signatures, last_valid_block_height, sign_before)

struct prepare {
  static constexpr bool creates = true;
  built what;
};
AINFT_DESCRIBE(prepare, what)

/// All signatures, including the platform's. The entity verifies each one again.
struct submit {
  std::vector<solana::signature> signatures;
};
AINFT_DESCRIBE(submit, signatures)

struct confirm {
  uint64_t slot = 0;
};
AINFT_DESCRIBE(confirm, slot)

struct fail {
  std::string reason;
};
AINFT_DESCRIBE(fail, reason)

/// The transaction can no longer land: the finalized chain has passed its last valid block height without it, or nobody
/// will sign it.
struct expire {};
AINFT_DESCRIBE(expire)

struct transaction_prepared {
  static constexpr bool shows_view = true;
  built what;
  user_id requested_by;
  runtime::time_point at;
};
AINFT_DESCRIBE(transaction_prepared, what, requested_by, at)
AINFT_ABOUT(transaction_prepared, "The platform has built a transaction that your wallet must sign. `data` is the "
                                  "transaction.")

struct transaction_submitted {
  std::vector<solana::signature> signatures;
};
AINFT_DESCRIBE(transaction_submitted, signatures)
AINFT_ABOUT(transaction_submitted, "The platform has the signed transaction and sends it to Solana: it is `submitted`.")

struct transaction_confirmed {
  uint64_t slot = 0;
};
AINFT_DESCRIBE(transaction_confirmed, (slot, about("Where it landed.")))
AINFT_ABOUT(transaction_confirmed, "The transaction has landed on Solana: it is `confirmed`.")

struct transaction_failed {
  std::string reason;
};
AINFT_DESCRIBE(transaction_failed, (reason, shown_as("failure"), about("Why.")))
AINFT_ABOUT(transaction_failed, "Solana has refused the transaction, and nothing of it has happened: it is `failed`.")

struct transaction_expired {
  bool was_submitted = false;
};
AINFT_DESCRIBE(transaction_expired, (was_submitted, about("Whether the platform had sent it to Solana.")))
AINFT_ABOUT(transaction_expired, "The transaction can no longer land: it is `expired`.")

/// What clients see of transaction_submitted.
struct submission {
  static constexpr std::string_view api_name = "TransactionSubmitted";
  std::optional<solana::signature> signature;
};
AINFT_DESCRIBE(submission, (signature, about("The first signature, by which explorers find the transaction.")))
AINFT_ABOUT(submission, "A transaction that goes to Solana.")

[[nodiscard]] inline submission shown(const transaction_submitted& e) {
  return {e.signatures.empty() ? std::nullopt : std::optional{e.signatures.front()}};
}

struct view {
  transaction_id id;
  transaction::purpose purpose;
  std::string subject_id;
  lamports amount; ///< the price of a purchase
  phase state = phase::awaiting_signature;
  std::string base64;                  ///< the whole transaction with the signatures so far
  std::vector<wallet_address> signers; ///< the wallets that must sign or have signed
  uint64_t last_valid_block_height = 0;
  runtime::time_point sign_before;
  std::optional<solana::signature> signature;
  std::optional<uint64_t> slot;
  std::optional<std::string> failure;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, (purpose, about("What it does.")), (subject_id, about("The NFT or listing that it is for.")),
               (amount, about("The price of a purchase, in lamports; else 0.")),
               (state, about("`confirmed`, `failed` and `expired` are final.")),
               (base64, about("The whole transaction (Solana's wire format, version 0) with the signatures so far.")),
               (signers, about("The wallets that must sign or have signed.")),
               (last_valid_block_height, about("The last block height at which Solana accepts it.")),
               (sign_before, about("Until when the platform takes the wallet's signature.")),
               (signature, about("Its signature on Solana, by which explorers find it.")),
               (slot, about("Where it landed.")), (failure, about("Why it failed.")),
               (created_at, about("When the platform built it.")))
AINFT_ABOUT(view, "A transaction on Solana that a wallet signs and the platform sends and pays.")

/// What other capabilities need for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "transaction";
  using view = transaction::view;
};

} // namespace ainft::transaction
