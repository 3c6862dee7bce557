#pragma once

#include "config/options.hpp"

#include <functional>
#include <memory>

namespace ainft {

/// One running ainftd: everything from the journal to the HTTP server.
class node {
public:
  /// `on_death` is called, from any thread, when the other nodes of the cluster have declared this one dead, or something failed without which nothing goes: the process
  /// is to begin anew.
  node(config::configuration& config, std::function<void(const std::string& why)> on_death);
  ~node();

  /// Brings the schema up to date and starts to serve. Throws std::runtime_error with one sentence when something that it needs
  /// is not to be had.
  void start();

  /// Stops accepting, finishes what is in flight, lets the entities write what they decided, and ends every actor.
  void stop();

private:
  struct parts;
  config::configuration& config_;
  std::function<void(const std::string&)> on_death_;
  std::unique_ptr<parts> parts_;
};

} // namespace ainft
