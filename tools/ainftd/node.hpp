#pragma once

#include "config/options.hpp"

#include <memory>

namespace ainft {

/// One running ainftd: everything from the journal to the HTTP server.
class node {
public:
  explicit node(config::configuration& config);
  ~node();

  /// Brings the schema up to date and starts to serve. Throws std::runtime_error with one sentence when something that it needs
  /// is not to be had.
  void start();

  /// Stops accepting, finishes what is in flight, lets the entities write what they decided, and ends every actor.
  void stop();

private:
  struct parts;
  config::configuration& config_;
  std::unique_ptr<parts> parts_;
};

} // namespace ainft
