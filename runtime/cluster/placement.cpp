#include "runtime/cluster/placement.hpp"

#include <algorithm>

namespace ainft::runtime::cluster {

namespace {

/// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
constexpr uint64_t mix(uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Eight bytes, most significant first, on every machine.
uint64_t word(const uuid& id, size_t from) noexcept {
  uint64_t out = 0;
  for (size_t i = 0; i < 8; ++i)
    out = out << 8 | id.bytes[from + i];
  return out;
}

uint64_t hash(const uuid& id) noexcept { return mix(word(id, 0) ^ mix(word(id, 8))); }

uint64_t hash(std::string_view text) noexcept {
  uint64_t out = 0;
  for (const char c : text)
    out = mix(out ^ static_cast<unsigned char>(c));
  return out;
}

} // namespace

bool member::has(role r) const noexcept { return std::find(roles.begin(), roles.end(), r) != roles.end(); }

const member* membership::find(const uuid& node) const noexcept {
  const auto it = std::find_if(members.begin(), members.end(), [&](const member& m) { return m.node == node; });
  return it == members.end() ? nullptr : &*it;
}

size_t shard_of(const uuid& id) noexcept { return hash(id) % shard_count; }

placement::placement(membership of) : who_{std::move(of)} {
  for (size_t shard = 0; shard < shard_count; ++shard)
    owners_[shard] = choose(mix(shard), role::entities);
}

uint16_t placement::choose(uint64_t key, role needed) const noexcept {
  uint16_t best = nobody;
  uint64_t highest = 0;
  for (size_t i = 0; i < who_.members.size(); ++i) {
    const auto& m = who_.members[i];
    if (m.at != standing::active || !m.has(needed))
      continue;
    const auto weight = mix(hash(m.node) ^ key);
    if (best == nobody || weight > highest) {
      best = static_cast<uint16_t>(i);
      highest = weight;
    }
  }
  return best;
}

const member* placement::owner_of(size_t shard) const noexcept {
  const auto owner = owners_[shard];
  return owner == nobody ? nullptr : &who_.members[owner];
}

const member* placement::owner_of(std::string_view singleton) const noexcept {
  const auto owner = choose(hash(singleton), role::workers);
  return owner == nobody ? nullptr : &who_.members[owner];
}

bool placement::is_settled(const uuid& except) const noexcept {
  return std::all_of(who_.members.begin(), who_.members.end(),
                     [&](const member& m) { return m.node == except || m.settled_epoch >= who_.epoch; });
}

size_t placement::shards_of(const uuid& node) const noexcept {
  return static_cast<size_t>(std::count_if(owners_.begin(), owners_.end(),
                                           [&](uint16_t o) { return o != nobody && who_.members[o].node == node; }));
}

} // namespace ainft::runtime::cluster
