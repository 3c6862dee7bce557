#pragma once

#include "net/client/http_client.hpp"
#include "net/solana/message.hpp"

#include <nlohmann/json_fwd.hpp>

namespace ainft::solana {

struct blockhash_info {
  hash blockhash;
  uint64_t last_valid_block_height = 0;
};

/// How a transaction stands. `failure` is the chain's error as JSON, empty for success.
struct signature_status {
  bool found = false;
  bool confirmed = false; ///< confirmed or finalized
  uint64_t slot = 0;
  std::string failure;
};

/// A Solana node's JSON-RPC interface. Each call's `done` runs once, in the HTTP client's thread. What the node refuses is
/// errc::solana_failed with its sentence; no answer is errc::unavailable.
class rpc {
public:
  template <class T>
  using receiver = std::function<void(result<T>)>;

  /// `timeout` is how long each call may take.
  rpc(client::http_client& http, std::string url, std::chrono::milliseconds timeout = std::chrono::seconds{10})
    : http_{http}, url_{std::move(url)}, timeout_{timeout} {}

  void call(std::string_view method, const nlohmann::json& params, receiver<nlohmann::json> done) const;

  void health(receiver<bool> done) const;
  void latest_blockhash(receiver<blockhash_info> done) const;
  /// The height of the latest block that can no longer be rolled back.
  void finalized_block_height(receiver<uint64_t> done) const;
  void balance(const public_key& key, receiver<lamports> done) const;
  /// What up to 100 accounts hold, in their order; 0 for one that does not exist.
  void balances(const std::vector<public_key>& keys, receiver<std::vector<lamports>> done) const;
  void minimum_balance(uint64_t space, receiver<lamports> done) const;
  /// What would happen, without signatures: an empty string, or why it would fail.
  void simulate(const transaction& tx, receiver<std::string> done) const;
  /// Hands it in, without preflight and without the node's own retries: the caller rebroadcasts.
  void send(const transaction& tx, receiver<signature> done) const;
  /// In the order of `signatures`, at most 256.
  void statuses(const std::vector<signature>& signatures, receiver<std::vector<signature_status>> done) const;

private:
  client::http_client& http_;
  std::string url_;
  std::chrono::milliseconds timeout_;
};

} // namespace ainft::solana
