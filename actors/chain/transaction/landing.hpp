#pragma once

#include "net/solana/rpc_answers.hpp"

namespace ainft::transaction {

enum class verdict : uint8_t { open, confirmed, failed, expired };

/// Judges a submitted transaction by what RPC nodes say about it. Consecutive answers may come from different nodes,
/// some of which lag behind. That a node does not know a transaction counts only if the finalized chain has passed the
/// transaction's last valid block and the node's answer is as of that finalized block or a later one. It must be seen
/// in two looks: an expired transaction is built again, and paid again if the first one has landed after all.
class landing {
public:
  landing() = default;
  explicit landing(uint64_t last_valid_block_height) : last_valid_block_height_{last_valid_block_height} {}

  /// One look: `status` as of `status_slot`, and the finalized block that was read before it.
  [[nodiscard]] verdict look(const solana::signature_status& status, uint64_t status_slot,
                             const solana::chain_point& finalized);

private:
  uint64_t last_valid_block_height_ = 0;
  unsigned missing_ = 0; ///< looks that count
};

} // namespace ainft::transaction
