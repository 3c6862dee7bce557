#include "runtime/entity_host.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <stdexcept>

namespace ainft::runtime {

caf::actor entity_host::find(std::string_view kind, const uuid& id) {
  auto& part = part_of(id);
  std::lock_guard guard{part.mutex};
  auto& slot = part.actors[id];
  if (!slot) {
    const auto known = std::find_if(kinds_.begin(), kinds_.end(), [&](const auto& k) { return k.first == kind; });
    if (known == kinds_.end())
      throw std::logic_error{"no entity kind " + std::string{kind}};
    slot = known->second(system_, *this, id);
    slot->attach_functor([this, id, who = slot.address()] { release(id, who); });
  }
  return slot;
}

void entity_host::release(const uuid& id, const caf::actor_addr& who) {
  auto& part = part_of(id);
  std::lock_guard guard{part.mutex};
  const auto it = part.actors.find(id);
  if (it != part.actors.end() && it->second.address() == who)
    part.actors.erase(it);
}

void entity_host::passivate_all() {
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    for (auto& [id, who] : part.actors)
      caf::anon_send(who, passivate{});
  }
}

size_t entity_host::count() const {
  size_t out = 0;
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    out += part.actors.size();
  }
  return out;
}

} // namespace ainft::runtime
