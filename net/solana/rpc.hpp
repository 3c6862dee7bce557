#pragma once

#include "net/client/http_client.hpp"
#include "net/solana/message.hpp"
#include "net/solana/rpc_answers.hpp"

namespace ainft::solana {

/// A Solana node's JSON-RPC interface. Each call's `done` runs once, in the HTTP client's thread, with a value or a
/// refusal as rpc_answers gives it; a node that does not answer is errc::unavailable. An answer has at most
/// `largest_answer` bytes.
class rpc {
public:
  template <class T>
  using receiver = std::function<void(result<T>)>;

  static constexpr size_t largest_answer = 1024 * 1024;

  /// `timeout` is how long each call may take.
  rpc(client::http_client& http, std::string url, std::chrono::milliseconds timeout = std::chrono::seconds{10})
    : http_{http}, url_{std::move(url)}, timeout_{timeout} {}

  void health(receiver<bool> done) const;
  void latest_blockhash(receiver<blockhash_info> done) const;
  /// The latest block that can no longer be rolled back, from a node that has reached `min_slot`.
  void finalized_point(uint64_t min_slot, receiver<chain_point> done) const;
  void balance(const public_key& key, receiver<lamports> done) const;
  /// What up to 100 accounts hold, in their order; 0 for one that does not exist.
  void balances(const std::vector<public_key>& keys, receiver<std::vector<lamports>> done) const;
  void minimum_balance(uint64_t space, receiver<lamports> done) const;
  /// What would happen, without signatures, as of `min_slot` or later: an empty string, or why it would fail. A node
  /// that has not reached the slot refuses with errc::unavailable.
  void simulate(const transaction& tx, uint64_t min_slot, receiver<std::string> done) const;
  /// Hands it in, without preflight and without the node's own retries: the caller rebroadcasts.
  void send(const transaction& tx, receiver<signature> done) const;
  /// In the order of `signatures`, at most 256. The method takes no minContextSlot: the caller compares the answer's
  /// slot.
  void statuses(const std::vector<signature>& signatures, receiver<status_list> done) const;
  /// What a confirmed or failed transaction did to its fee payer.
  void outcome(const signature& of, receiver<payer_outcome> done) const;

private:
  template <class T, class Read>
  void call(std::string_view method, const nlohmann::json& params, receiver<T> done, Read read) const;

  client::http_client& http_;
  std::string url_;
  std::chrono::milliseconds timeout_;
};

} // namespace ainft::solana
