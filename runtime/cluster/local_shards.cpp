#include "runtime/cluster/local_shards.hpp"

namespace ainft::runtime::cluster {

namespace {

bool same(const membership& a, const membership& b) {
  if (a.epoch != b.epoch || a.members.size() != b.members.size())
    return false;
  for (size_t i = 0; i < a.members.size(); ++i)
    if (a.members[i].node != b.members[i].node || a.members[i].at != b.members[i].at
        || a.members[i].settled_epoch != b.members[i].settled_epoch)
      return false;
  return true;
}

} // namespace

bool local_shards::owns(const uuid& id) const {
  const auto p = now();
  const auto* owner = p ? p->owner_of(id) : nullptr;
  return owner && owner->node == self_;
}

bool local_shards::is_open(const uuid& id) const {
  if (all_open_.load(std::memory_order_acquire))
    return true;
  std::lock_guard guard{mutex_};
  return open_[shard_of(id)] || clock::now() - changed_ > handover_patience;
}

bool local_shards::is_open() const {
  std::lock_guard guard{mutex_};
  return all_open_ || clock::now() - changed_ > handover_patience;
}

void local_shards::adopt(membership m) {
  const auto before = now();
  if (before && (m.epoch < before->epoch() || same(before->who(), m)))
    return;
  auto after = std::make_shared<const placement>(std::move(m));
  {
    std::lock_guard guard{mutex_};
    if (!before || before->epoch() != after->epoch())
      changed_ = clock::now();
    const bool settled = after->is_settled(self_);
    for (size_t shard = 0; shard < shard_count; ++shard) {
      const auto* owner = after->owner_of(shard);
      const bool is_mine = owner && owner->node == self_;
      open_[shard] = is_mine && (settled || open_[shard]);
    }
    all_open_ = settled;
    std::lock_guard shown{now_mutex_};
    now_ = after;
  }
  for (const auto& f : listeners_)
    f(*after);
}

} // namespace ainft::runtime::cluster
