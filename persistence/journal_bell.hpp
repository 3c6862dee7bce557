#pragma once

#include <functional>
#include <memory>
#include <string>

namespace ainft::persistence {

/// Lets nodes hear of each other's commits at once: who commits rings, over Redis' PUBLISH, and all others are told. What it carries is nothing but that the journal has
/// grown, so that a lost ring costs no more than the time until a tail looks by itself. Rings are gathered: a few hundred a second at the most go out. Safe from any thread.
class journal_bell {
public:
  /// `database` tells several platforms on one Redis apart. `on_ring` is called from a thread of the bell's own, for rings of other nodes.
  journal_bell(std::string redis_address, const std::string& database, std::function<void()> on_ring);
  ~journal_bell();

  void ring() noexcept;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::persistence
