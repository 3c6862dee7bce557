#pragma once

#include "runtime/values.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ainft::realtime {

/// How many are in each listing's room: on this node, and on the others, as far as they have told. Not safe from several threads.
class presence {
public:
  /// Somebody came here (1) or left (-1).
  void change(const runtime::uuid& topic, int by);

  /// Here and elsewhere.
  [[nodiscard]] size_t count(const runtime::uuid& topic) const;

  /// The topics whose count has changed since the last call.
  [[nodiscard]] std::vector<runtime::uuid> take_changed();

  // What nodes tell each other, as JSON.

  /// The counts of this node that have changed since the last call; empty where none has.
  [[nodiscard]] std::string take_news();
  /// All that this node counts. `asks` wants the others to tell theirs.
  [[nodiscard]] std::string all_news(bool asks) const;
  /// Takes what a node told; true if it wants to be told. What cannot be read is passed over.
  bool receive(const runtime::uuid& node, std::string_view news);
  /// Forgets all nodes but these.
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
