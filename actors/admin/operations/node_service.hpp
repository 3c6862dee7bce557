#pragma once

#include "actors/services.hpp"
#include "net/http/dispatch.hpp"
#include "runtime/actor_watch.hpp"
#include "runtime/cluster/singletons.hpp"
#include "runtime/follower.hpp"
#include "runtime/supervisor.hpp"

namespace ainft::operations {

/// The parts of a node that operators inspect, beside the services.
struct node_parts {
  std::string name; ///< this node's
  std::function<runtime::supervised()> tree;
  /// Restarts a part of the tree. Returns false if there is none at this path.
  std::function<bool(std::string_view path)> restart;
  runtime::actor_watch& watch;
  const runtime::follower_group& followers;
  const runtime::cluster::singletons& singletons;
  std::function<std::vector<runtime::cluster::links::state>()> links;
  std::function<void()> drain; ///< begins to move this node's entities and singletons to other nodes
  std::map<std::string, std::string> settings;
};

/// Runs an operators' route on the right node: `?node=` names one, and this node is the default.
class node_service {
public:
  node_service(const services& s, const node_parts& parts) : s_{s}, parts_{parts} {}

  /// Answers calls from other nodes with `front`'s routes. Call it before everything else.
  void serve(const http::dispatcher& front, boost::asio::any_io_executor executor);

  /// Wraps `f` so that it runs on the node that the query names, or here. Refuses an unknown node with errc::not_found.
  [[nodiscard]] http::handler on_named_node(http::handler f) const;

  /// Wraps `f` for things that live on one node only: if `f` refuses with errc::not_found here, the other nodes try it.
  [[nodiscard]] http::handler wherever_it_is(http::handler f) const;

  /// Wraps `f`, which changes something: stores the caller and the call before `f` runs, and the outcome before the
  /// answer.
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

/// The caller's name in the audit: a console's operator or a wallet.
[[nodiscard]] std::string caller_of(const http::call& c);

} // namespace ainft::operations
