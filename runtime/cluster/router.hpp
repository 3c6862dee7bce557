#pragma once

#include "runtime/cluster/links.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/reply_port.hpp"
#include "runtime/reply_table.hpp"

#include <deque>

namespace ainft::runtime::cluster {

/// Brings messages to entities, wherever they live: on this node, or over a link to the one that owns their shard. What came to the wrong node, or too early, is sent
/// again when this node knows better; so is a read whose answer was lost with a node. A command is not: errc::outcome_unknown says so, and whoever has an
/// Idempotency-Key to it finds out. Safe from any thread.
class router {
public:
  using receiver = reply_port::receiver;

  /// A node that is alone: all entities are here.
  router(caf::actor_system& system, entity_host& host, reply_port& port);
  ~router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  /// Makes this node one of several. `refresh` has the membership read again soon. Before the first use.
  void join(const here& self, links& to, std::function<void()> refresh);

  /// Asks the entity `id`; `on_reply` is called once, with its answer or an error: the entity's,
  /// errc::unavailable, errc::outcome_unknown, sec::request_timeout.
  void ask(std::string_view kind, const uuid& id, caf::message request, std::chrono::milliseconds timeout, receiver on_reply);

  /// Sends a message that wants no answer and may be lost.
  void tell(std::string_view kind, const uuid& id, caf::message what);

  /// Whether this node may serve: false when its lease ran out.
  [[nodiscard]] bool may_serve() const noexcept { return !self_ || self_->may_serve(); }

  /// Asks a node itself, by JSON; what it answers is an `answer`. For operators.
  void ask_node(const uuid& node, std::string body, std::chrono::milliseconds timeout, receiver on_reply);

  /// What answers when another node asks this one. Before the first use.
  void answer_nodes(std::function<void(std::string body, receiver on_reply)> f) { on_node_ = std::move(f); }

  /// Where this node stands; nothing if it is alone.
  [[nodiscard]] const here* place() const noexcept { return self_; }

  /// This node in the cluster; none if it is alone.
  [[nodiscard]] std::optional<uuid> self() const { return self_ ? std::optional{self_->self()} : std::nullopt; }

  // What the links say.
  void on_ask(const uuid& from, ask_entity asked);
  void on_answer(entity_says said);
  void on_lost(const uuid& node);
  /// The placement has changed: what waited for that is tried again.
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
  const here* self_ = nullptr;
  links* links_ = nullptr;
  std::function<void()> refresh_;
  std::function<void(std::string, receiver)> on_node_;
  reply_table asked_; ///< of other nodes
  std::mutex mutex_;
  std::deque<flight_ptr> waiting_; ///< for another placement, or a short while
  bool retrying_ = false;           ///< the ticker is to look at what waits
  caf::actor ticker_;
  caf::telemetry::int_counter* remote_ = nullptr;
  caf::telemetry::int_counter* redirected_ = nullptr;
};

} // namespace ainft::runtime::cluster
