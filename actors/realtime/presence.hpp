#pragma once

#include "runtime/values.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ainft::realtime {

/// The number of viewers in each room that counts them: on this node, and on the other nodes as far as they have
/// reported. Not thread-safe.
class presence {
public:
  /// A viewer joined (1) or left (-1) on this node. Returns the new count on this node.
  uint64_t change(const runtime::uuid& topic, int by);

  /// The count on all nodes.
  [[nodiscard]] size_t count(const runtime::uuid& topic) const;

  /// The topics whose count has changed since the last call.
  [[nodiscard]] std::vector<runtime::uuid> take_changed();

  // Messages between nodes, as JSON.

  /// This node's counts that have changed since the last call; empty if none has.
  [[nodiscard]] std::string take_news();
  /// All counts of this node. `asks` requests the counts of the other nodes.
  [[nodiscard]] std::string all_news(bool asks) const;
  /// Takes the message of another node. Returns true if that node requests this node's counts. Ignores a message that
  /// it cannot parse.
  bool receive(const runtime::uuid& node, std::string_view news);
  /// Drops the counts of all nodes except these.
  void keep(const std::vector<runtime::uuid>& nodes);

private:
  using counts = std::unordered_map<runtime::uuid, uint64_t>;

  void set(counts& of, const runtime::uuid& topic, uint64_t count);
  void forget(const runtime::uuid& node);

  counts here_, elsewhere_; ///< elsewhere_ is the sum of others_
  std::unordered_map<runtime::uuid, counts> others_;
  std::unordered_set<runtime::uuid> changed_, untold_;
};

} // namespace ainft::realtime
