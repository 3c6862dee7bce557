#pragma once

#include "net/client/http_client.hpp"
#include "net/solana/message.hpp"
#include "net/solana/rpc_answers.hpp"

namespace ainft::solana {

/// The JSON-RPC interface of a Solana node. Each call runs `done` once, on the HTTP client's thread, with a value or
/// with an error from rpc_answers. If the node does not answer, the error is errc::unavailable. An answer has at most
/// `largest_answer` bytes.
class rpc {
public:
  template <class T>
  using receiver = std::function<void(result<T>)>;

  static constexpr size_t largest_answer = 1024 * 1024;

  /// `timeout` applies to each call.
  rpc(client::http_client& http, std::string url, std::chrono::milliseconds timeout = std::chrono::seconds{10})
    : http_{http}, url_{std::move(url)}, timeout_{timeout} {}

  void health(receiver<bool> done) const;
  void latest_blockhash(receiver<blockhash_info> done) const;
  /// The latest finalized block, from a node that has reached `min_slot`.
  void finalized_point(uint64_t min_slot, receiver<chain_point> done) const;
  void balance(const public_key& key, receiver<lamports> done) const;
  /// The balances of up to 100 accounts, in the order of `keys`; 0 for an account that does not exist.
  void balances(const std::vector<public_key>& keys, receiver<std::vector<lamports>> done) const;
  void minimum_balance(uint64_t space, receiver<lamports> done) const;
  /// Simulates a transaction without checking signatures, at `min_slot` or later. Gives an empty string, or the reason
  /// why it would fail. A node that has not reached the slot refuses with errc::unavailable.
  void simulate(const transaction& tx, uint64_t min_slot, receiver<std::string> done) const;
  /// Submits a transaction without preflight and without the node's own retries. The caller rebroadcasts.
  void send(const transaction& tx, receiver<signature> done) const;
  /// The statuses of at most 256 signatures, in their order. The method has no minContextSlot, so the caller must check
  /// the answer's slot.
  void statuses(const std::vector<signature>& signatures, receiver<status_list> done) const;
  /// The effect of a confirmed or failed transaction on its fee payer.
  void outcome(const signature& of, receiver<payer_outcome> done) const;

private:
  template <class T, class Read>
  void call(std::string_view method, const nlohmann::json& params, receiver<T> done, Read read) const;

  client::http_client& http_;
  std::string url_;
  std::chrono::milliseconds timeout_;
};

} // namespace ainft::solana
