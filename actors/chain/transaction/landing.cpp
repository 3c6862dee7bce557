#include "actors/chain/transaction/landing.hpp"

namespace ainft::transaction {

namespace {

constexpr unsigned looks_needed = 2;

} // namespace

verdict landing::look(const solana::signature_status& status, uint64_t status_slot,
                      const solana::chain_point& finalized) {
  if (status.found) {
    missing_ = 0;
    if (!status.confirmed)
      return verdict::open;
    return status.failure.empty() ? verdict::confirmed : verdict::failed;
  }
  if (finalized.height > last_valid_block_height_ && status_slot >= finalized.slot)
    ++missing_;
  return missing_ >= looks_needed ? verdict::expired : verdict::open;
}

} // namespace ainft::transaction
