#pragma once

#include "net/solana/rpc_answers.hpp"

namespace ainft::transaction {

enum class verdict : uint8_t { open, confirmed, failed, expired };

/// Judges a submitted transaction by the answers of RPC nodes. Consecutive answers may come from different nodes, and
/// some nodes lag behind. An answer that a node does not know the transaction counts only if the finalized block height
/// exceeds the transaction's last valid block height, and if the answer is from the finalized slot or a later one. Two
/// such answers are required, because the platform builds an expired transaction again: if the first one landed after
/// all, somebody would pay twice.
class landing {
public:
  landing() = default;
  explicit landing(uint64_t last_valid_block_height) : last_valid_block_height_{last_valid_block_height} {}

  /// Judges one answer: `status` at the slot `status_slot`. `finalized` must be read before it.
  [[nodiscard]] verdict look(const solana::signature_status& status, uint64_t status_slot,
                             const solana::chain_point& finalized);

private:
  uint64_t last_valid_block_height_ = 0;
  unsigned missing_ = 0; ///< number of answers that count
};

} // namespace ainft::transaction
