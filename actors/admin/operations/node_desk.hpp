#pragma once

#include "actors/services.hpp"
#include "net/http/dispatch.hpp"
#include "runtime/actor_watch.hpp"
#include "runtime/cluster/singletons.hpp"
#include "runtime/follower.hpp"
#include "runtime/supervisor.hpp"

namespace ainft::operations {

/// What operators look into, beside what all capabilities work with.
struct node_parts {
  std::string name; ///< of this node
  std::function<runtime::supervised()> tree;
  std::function<bool(std::string_view path)> restart; ///< a part of the tree
  runtime::actor_watch& watch;
  const runtime::follower_group& followers;
  const runtime::cluster::singletons& singletons;
  std::function<std::vector<runtime::cluster::links::state>()> links;
  std::function<void()> drain; ///< begins to move this node's entities and singletons away
  std::map<std::string, std::string> settings;
};

/// Runs an operators' route on the node that it is about. `?node=` names one; without it the route runs here.
class node_desk {
public:
  node_desk(const services& s, const node_parts& parts) : s_{s}, parts_{parts} {}

  /// Answers what other nodes ask, with `front`'s routes. Before the first use.
  void serve(const http::dispatcher& front, boost::asio::any_io_executor executor);

  /// A route's function that runs `f` here, or on the node that the query names. Refuses with errc::not_found a node that is not there.
  [[nodiscard]] http::handler on_named_node(http::handler f) const;

  /// The same for what lives on one node only: where `f` finds nothing here, the other nodes are asked.
  [[nodiscard]] http::handler wherever_it_is(http::handler f) const;

  /// A route's function that changes something: who did what, and with what success, is written down before it is answered.
  [[nodiscard]] http::handler audited(http::handler f) const;

  [[nodiscard]] const services& all() const noexcept { return s_; }
  [[nodiscard]] const node_parts& parts() const noexcept { return parts_; }

private:
  [[nodiscard]] task<http::reply> ask(http::call& c, runtime::uuid node) const;
  [[nodiscard]] boost::asio::awaitable<std::string> answer(std::string body) const;

  const services& s_;
  const node_parts& parts_;
  const http::dispatcher* front_ = nullptr;
};

/// Who calls, for the audit.
[[nodiscard]] std::string caller_of(const http::call& c);

} // namespace ainft::operations
