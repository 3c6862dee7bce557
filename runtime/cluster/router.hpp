#pragma once

#include "runtime/cluster/links.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/reply_port.hpp"
#include "runtime/reply_table.hpp"

#include <deque>

namespace ainft::runtime::cluster {

/// Delivers messages to entities on this node, or over a link to the node that owns the shard. If a message reaches the
/// wrong node or arrives too early, the router sends it again later. If a node is lost, the router retries reads. It
/// does not retry commands: it answers with errc::outcome_unknown, and a client with an Idempotency-Key can find out
/// the outcome. Safe from any thread.
class router {
public:
  using receiver = reply_port::receiver;

  /// Creates the router of a single node: all entities are local.
  router(caf::actor_system& system, entity_host& host, reply_port& port);
  ~router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  /// Makes this node a member of a cluster. `refresh` must request a new read of the membership. Call it before the
  /// first use.
  void join(const local_shards& self, links& to, std::function<void()> refresh);

  /// Sends a request to the entity `id`. Calls `on_reply` once, with the answer or an error: the entity's error,
  /// errc::unavailable, errc::outcome_unknown or sec::request_timeout.
  void ask(std::string_view kind, const uuid& id, caf::message request, std::chrono::milliseconds timeout,
           receiver on_reply);

  /// Sends a message without an answer. It can be lost.
  void tell(std::string_view kind, const uuid& id, caf::message what);

  /// Whether this node may serve: false if its lease has expired.
  [[nodiscard]] bool may_serve() const noexcept { return !self_ || self_->may_serve(); }

  /// Sends a JSON request to a node itself, for operators. The reply is an `answer`.
  void ask_node(const uuid& node, std::string body, std::chrono::milliseconds timeout, receiver on_reply);

  /// Sets the function that answers requests of other nodes to this node. Call it before the first use.
  void answer_nodes(std::function<void(std::string body, receiver on_reply)> f) { on_node_ = std::move(f); }

  /// This node's place in the cluster; null for a single node.
  [[nodiscard]] const local_shards* place() const noexcept { return self_; }

  /// This node's id in the cluster; empty for a single node.
  [[nodiscard]] std::optional<uuid> self() const { return self_ ? std::optional{self_->self()} : std::nullopt; }

  // Callbacks of the links.
  void on_ask(const uuid& from, ask_entity asked);
  void on_answer(entity_says said);
  void on_lost(const uuid& node);
  /// The placement has changed: tries all waiting messages again.
  void on_change();

  void close();

private:
  struct flight;
  using flight_ptr = std::shared_ptr<flight>;

  void go(flight_ptr f);
  void go_here(flight_ptr f);
  void go_there(flight_ptr f, const member& owner, uint64_t epoch);
  void land(const flight_ptr& f, result<caf::message> got, bool was_lost);
  void wait(flight_ptr f);
  void retry_soon();
  void look_at_waiting(bool all);
  void end(const flight& f, result<caf::message> got) const;
  void answer(const uuid& to, uint64_t number, result<caf::message> got);

  caf::actor_system& system_;
  entity_host& host_;
  reply_port& port_;
  const local_shards* self_ = nullptr;
  links* links_ = nullptr;
  std::function<void()> refresh_;
  std::function<void(std::string, receiver)> on_node_;
  reply_table asked_; ///< requests to other nodes
  std::mutex mutex_;
  std::deque<flight_ptr> waiting_; ///< messages that wait for another placement or for a short pause
  bool retrying_ = false;          ///< the ticker has been asked to try the waiting messages
  caf::actor ticker_;
  caf::telemetry::int_counter* remote_ = nullptr;
  caf::telemetry::int_counter* redirected_ = nullptr;
};

} // namespace ainft::runtime::cluster
