#pragma once

#include "actors/capability.hpp"
#include "runtime/cluster/singletons.hpp"

#include <map>

namespace ainft {

/// What runs under a node's supervisors: the parts that the process cannot run without, and the singletons of the
/// capabilities with their followers.
class supervision {
public:
  /// Calls `on_death` if an essential part fails, or if the supervisors give up.
  supervision(caf::actor_system& system, const runtime::clock& time,
              const std::function<void(const std::string&)>& on_death);

  /// Adds an essential part. It is not restarted: if it fails, the process restarts.
  void add_essential(const std::string& name, const caf::actor& part);
  void end_essential(std::string_view name) { core_.end(name); }

  /// Adds the parts of which one runs in the whole cluster. `s` must outlive them.
  void add_singletons(const services& s);

  /// Ends the singletons and everything under the supervisors, except the essential parts.
  void end_services();
  void end_essentials() { core_.close(); }

  /// The supervision tree, under the node's name.
  [[nodiscard]] runtime::supervised tree(std::string node) const;

  /// Restarts the service at a path: "followers/settlement", or "services/followers/settlement". Returns false if there
  /// is none.
  bool restart(std::string_view path);

  [[nodiscard]] const runtime::follower_group& followers() const noexcept { return followers_; }
  [[nodiscard]] runtime::cluster::singletons& singletons() noexcept { return singletons_; }

private:
  std::function<void()> start(const singleton& what, const services& s, runtime::supervisor& under);

  caf::actor_system& system_;
  runtime::follower_group followers_;
  runtime::supervisor core_;     ///< of the essential parts
  runtime::supervisor services_; ///< of everything else
  runtime::supervisor& follower_supervisor_;
  std::map<std::string, runtime::supervisor*, std::less<>> by_name_; ///< those that a singleton can name
  runtime::cluster::singletons singletons_;
};

} // namespace ainft
