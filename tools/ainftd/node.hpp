#pragma once

#include "config/options.hpp"

#include <functional>
#include <memory>

namespace ainft {

/// A running ainftd: all parts from the journal to the HTTP server.
class node {
public:
  /// Calls `on_death`, from any thread, when the other nodes have declared this one dead or an essential part has
  /// failed. The process must then restart.
  node(config::configuration& config, std::function<void(const std::string& why)> on_death);
  ~node();

  /// Migrates the schema and starts to serve. Throws std::runtime_error with one sentence if something that it needs is
  /// not available.
  void start();

  /// Stops accepting requests, finishes those in flight, waits for the entities' writes, and ends all actors.
  void stop();

private:
  struct parts;
  config::configuration& config_;
  std::function<void(const std::string&)> on_death_;
  std::unique_ptr<parts> parts_;
};

} // namespace ainft
