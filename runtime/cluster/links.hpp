#pragma once

#include "runtime/cluster/here.hpp"
#include "runtime/cluster/wire.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace ainft::runtime::cluster {

struct link_settings {
  std::string address = "127.0.0.1"; ///< to listen on
  uint16_t port = 0;                 ///< 0 for any
  std::string name;                  ///< of this node
  std::chrono::milliseconds ping{500};
  std::chrono::milliseconds suspect_after{2'500}; ///< without a sign of life; half of it where the connection was closed
};

/// What happens at the links, called from CAF's workers.
struct link_events {
  std::function<void(const uuid& from, ask_entity)> on_ask;
  std::function<void(entity_says)> on_answer;
  std::function<void(const uuid& node)> on_lost;             ///< what it was asked has no answer
  std::function<void(const uuid& node, bool)> on_suspicion;  ///< whether it is suspected, said again and again while it is
  std::function<void()> on_stranger;                         ///< a node that the membership does not have said hello
};

/// The connections to the other nodes, over CAF's remoting with mutual TLS. CAF keeps one connection between two nodes and mixes up two that are opened at the same
/// time from both sides, so the node with the lower id connects. CAF's word that a node is connected is not trusted: each side pings the other. Safe from any thread.
class links {
public:
  links(caf::actor_system& system, const here& self, link_settings settings, link_events events);

  /// Begins to listen; gives the port. Throws std::runtime_error with one sentence.
  uint16_t listen();

  /// Connects to new members, and lets go of those that are not among them.
  void expect(const membership& who);

  /// Whether it was taken: false when there is no such member, or too much waits for it.
  bool send(const uuid& to, ask_entity what);
  bool send(const uuid& to, entity_says what);

  struct state {
    uuid node;
    bool is_up;
  };
  [[nodiscard]] std::vector<state> all() const;

  void close();

  /// What goes to one node. Whoever comes first sends, and takes with it what the others bring meanwhile: nobody waits for a thread to wake, and much at one time goes
  /// as one parcel. While the link is down, it waits.
  class outbox {
  public:
    explicit outbox(const uuid& self) : self_{self} {}

    /// False when too much waits.
    bool put(ask_entity what);
    bool put(entity_says what);

    /// The link is up to `gate`, or down (nothing).
    void set_gate(caf::actor gate);
    [[nodiscard]] bool is_up() const;

  private:
    template <class T>
    bool add(std::vector<T> parcel::*to, T what);
    void send_all(std::unique_lock<std::mutex>& guard);

    uuid self_;
    mutable std::mutex mutex_;
    caf::actor gate_;
    parcel waiting_;
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
  const here& self_;
  link_settings settings_;
  link_events events_;
  caf::actor gate_;
  mutable std::shared_mutex mutex_;
  std::map<uuid, link> links_;
};

} // namespace ainft::runtime::cluster
