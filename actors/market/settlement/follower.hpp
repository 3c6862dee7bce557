#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace ainft::settlement {

/// Starts the follower that carries a transaction's end to what it was for: a mint to its NFT, an approval to its listing, a
/// purchase to both. Its steps may be repeated; each entity takes one outcome of one transaction once. The steps run on
/// `executor`.
[[nodiscard]] runtime::follower start_follower(const services& s, boost::asio::any_io_executor executor, runtime::retry_settings retries);

} // namespace ainft::settlement
