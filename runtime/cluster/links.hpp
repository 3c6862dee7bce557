#pragma once

#include "runtime/cluster/local_shards.hpp"
#include "runtime/cluster/wire.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace ainft::runtime::cluster {

struct link_settings {
  std::string address = "127.0.0.1"; ///< the address to listen on
  uint16_t port = 0;                 ///< 0 for any
  std::string name;                  ///< of this node
  std::chrono::milliseconds ping{500};
  /// Time without a sign of life; half of it if the connection was closed.
  std::chrono::milliseconds suspect_after{2'500};
};

/// Callbacks of the links. CAF workers call them.
struct link_events {
  std::function<void(const uuid& from, ask_entity)> on_ask;
  std::function<void(entity_says)> on_answer;
  std::function<void(const uuid& node)> on_lost;            ///< pending requests to the node get no answer
  std::function<void(const uuid& node, bool)> on_suspicion; ///< whether the node is suspected; called repeatedly
  std::function<void()> on_stranger;                        ///< a node that is not in the membership has sent a hello
};

/// The connections to the other nodes, over CAF's remoting with mutual TLS. CAF keeps one connection between two nodes.
/// It confuses two connections that both sides open at the same time, so only the node with the lower id connects.
/// CAF's own connection state is not reliable: each side pings the other. Safe from any thread.
class links {
public:
  links(caf::actor_system& system, const local_shards& self, link_settings settings, link_events events);

  /// Starts to listen and returns the port. Throws std::runtime_error with one sentence.
  uint16_t listen();

  /// Connects to new members, and drops the links to nodes that are no members.
  void expect(const membership& who);

  /// Returns whether the link accepted the message: false if there is no such member or if its outbox is full.
  bool send(const uuid& to, ask_entity what);
  bool send(const uuid& to, entity_says what);

  struct state {
    uuid node;
    bool is_up;
  };
  [[nodiscard]] std::vector<state> all() const;

  void close();

  /// The messages for one node. The first sender thread sends them, and takes with it the messages that other threads
  /// add meanwhile. So nobody waits for another thread to wake, and messages under load travel as one batch. Messages
  /// wait while the link is down.
  class outbox {
  public:
    explicit outbox(const uuid& self) : self_{self} {}

    /// Returns false if the outbox is full.
    bool put(ask_entity what);
    bool put(entity_says what);

    /// Sets the other node's endpoint; null if the link is down.
    void set_endpoint(caf::actor endpoint);
    [[nodiscard]] bool is_up() const;

  private:
    template <class T>
    bool add(std::vector<T> batch::*to, T what);
    void send_all(std::unique_lock<std::mutex>& guard);

    uuid self_;
    mutable std::mutex mutex_;
    caf::actor endpoint_;
    batch waiting_;
    bool sending_ = false;
  };

private:
  struct link {
    caf::actor actor;
    std::shared_ptr<outbox> out;
  };

  template <class T>
  bool put(const uuid& to, T what);

  caf::actor_system& system_;
  const local_shards& self_;
  link_settings settings_;
  link_events events_;
  caf::actor endpoint_;
  mutable std::shared_mutex mutex_;
  std::map<uuid, link> links_;
};

} // namespace ainft::runtime::cluster
