#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "net/solana/types.hpp"
#include "runtime/messages.hpp"

namespace ainft::transaction {

enum class purpose : uint8_t { mint, approve, purchase, revoke };
constexpr auto enum_names(purpose) {
  return std::array<std::string_view, 4>{"mint", "approve", "purchase", "revoke"};
}

enum class phase : uint8_t { awaiting_signature, submitted, confirmed, failed, expired };
constexpr auto enum_names(phase) {
  return std::array<std::string_view, 5>{"awaiting_signature", "submitted", "confirmed", "failed", "expired"};
}

/// A transaction that was built for a wallet to sign. `message` is what is signed; `signatures` has those that are there
/// already, zeros for the others; both as base64.
struct built {
  transaction_id id;
  transaction::purpose purpose = transaction::purpose::mint;
  runtime::uuid subject; ///< the NFT or listing that it is for
  wallet_address wallet; ///< who signs it
  lamports amount;       ///< what a purchase pays
  std::string message;
  std::vector<solana::signature> signatures;
  uint64_t last_valid_block_height = 0;
  runtime::time_point sign_before;
};

template <class Inspector>
bool inspect(Inspector& f, built& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("purpose", x.purpose), f.field("subject", x.subject),
                            f.field("wallet", x.wallet), f.field("amount", x.amount), f.field("message", x.message),
                            f.field("signatures", x.signatures),
                            f.field("last_valid_block_height", x.last_valid_block_height),
                            f.field("sign_before", x.sign_before));
}

struct prepare {
  static constexpr bool creates = true;
  built what;
};

template <class Inspector>
bool inspect(Inspector& f, prepare& x) {
  return f.object(x).fields(f.field("what", x.what));
}

/// All signatures, the platform's among them. Each is verified here once more.
struct submit {
  std::vector<solana::signature> signatures;
};

template <class Inspector>
bool inspect(Inspector& f, submit& x) {
  return f.object(x).fields(f.field("signatures", x.signatures));
}

struct confirm {
  uint64_t slot = 0;
};

template <class Inspector>
bool inspect(Inspector& f, confirm& x) {
  return f.object(x).fields(f.field("slot", x.slot));
}

struct fail {
  std::string reason;
};

template <class Inspector>
bool inspect(Inspector& f, fail& x) {
  return f.object(x).fields(f.field("reason", x.reason));
}

/// The chain has passed its last valid block and does not know it.
struct expire {};

template <class Inspector>
bool inspect(Inspector& f, expire& x) {
  return f.object(x).fields();
}

struct transaction_prepared {
  built what;
  user_id requested_by;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, transaction_prepared& x) {
  return f.object(x).fields(f.field("what", x.what), f.field("requested_by", x.requested_by), f.field("at", x.at));
}

struct transaction_submitted {
  std::vector<solana::signature> signatures;
};

template <class Inspector>
bool inspect(Inspector& f, transaction_submitted& x) {
  return f.object(x).fields(f.field("signatures", x.signatures));
}

struct transaction_confirmed {
  uint64_t slot = 0;
};

template <class Inspector>
bool inspect(Inspector& f, transaction_confirmed& x) {
  return f.object(x).fields(f.field("slot", x.slot));
}

struct transaction_failed {
  std::string reason;
};

template <class Inspector>
bool inspect(Inspector& f, transaction_failed& x) {
  return f.object(x).fields(f.field("reason", x.reason));
}

struct transaction_expired {
  bool was_submitted = false;
};

template <class Inspector>
bool inspect(Inspector& f, transaction_expired& x) {
  return f.object(x).fields(f.field("was_submitted", x.was_submitted));
}

struct view {
  transaction_id id;
  transaction::purpose purpose = transaction::purpose::mint;
  std::string subject_id;
  lamports amount; ///< what a purchase pays
  phase state = phase::awaiting_signature;
  std::string base64; ///< the whole transaction, as far as it is signed
  std::vector<wallet_address> signers; ///< whose signatures are missing or were given by wallets
  uint64_t last_valid_block_height = 0;
  runtime::time_point sign_before;
  std::optional<solana::signature> signature;
  std::optional<uint64_t> slot;
  std::optional<std::string> failure;
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("purpose", x.purpose), f.field("subject_id", x.subject_id),
                            f.field("amount", x.amount), f.field("state", x.state), f.field("base64", x.base64), f.field("signers", x.signers),
                            f.field("last_valid_block_height", x.last_valid_block_height),
                            f.field("sign_before", x.sign_before), f.field("signature", x.signature),
                            f.field("slot", x.slot), f.field("failure", x.failure), f.field("created_at", x.created_at));
}

} // namespace ainft::transaction

CAF_BEGIN_TYPE_ID_BLOCK(ainft_transaction, ainft::runtime::capability_type_ids(5))
  CAF_ADD_TYPE_ID(ainft_transaction, (ainft::transaction::prepare))
  CAF_ADD_TYPE_ID(ainft_transaction, (ainft::transaction::submit))
  CAF_ADD_TYPE_ID(ainft_transaction, (ainft::transaction::confirm))
  CAF_ADD_TYPE_ID(ainft_transaction, (ainft::transaction::fail))
  CAF_ADD_TYPE_ID(ainft_transaction, (ainft::transaction::expire))
CAF_END_TYPE_ID_BLOCK(ainft_transaction)
