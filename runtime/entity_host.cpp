#include "runtime/entity_host.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <stdexcept>

namespace ainft::runtime {

size_t entity_host::index_of(std::string_view kind) const {
  const auto known = std::find_if(kinds_.begin(), kinds_.end(), [&](const auto& k) { return k.first == kind; });
  if (known == kinds_.end())
    throw std::logic_error{"no entity kind " + std::string{kind}};
  return static_cast<size_t>(known - kinds_.begin());
}

caf::actor entity_host::find(std::string_view kind, const uuid& id) { return get(kind, id, false); }

caf::actor entity_host::begin(std::string_view kind, const uuid& id) { return get(kind, id, true); }

caf::actor entity_host::get(std::string_view kind, const uuid& id, bool is_new) {
  if (quarantine_.holds(kind, id))
    return refuser();
  const name n{id, index_of(kind)};
  auto& part = part_of(id);
  std::lock_guard guard{part.mutex};
  auto& slot = part.actors[n];
  if (!slot) {
    slot = kinds_[n.kind].second(system_, *this, id, is_new);
    slot->attach_functor([this, n, who = slot.address()] { release(n, who); });
  }
  return slot;
}

const caf::actor& entity_host::refuser() {
  std::call_once(refuser_started_, [this] {
    refuser_ = system_.spawn<caf::hidden>([](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler([](caf::scheduled_actor*, caf::message&) -> caf::skippable_result {
        return refuse(errc::quarantined, "its state cannot be read; operators know of it");
      });
      return {[](const continuation&) {}};
    });
  });
  return refuser_;
}

void entity_host::release(std::string_view kind, const uuid& id, const caf::actor_addr& who) { release({id, index_of(kind)}, who); }

void entity_host::release(const name& n, const caf::actor_addr& who) {
  auto& part = part_of(n.id);
  std::lock_guard guard{part.mutex};
  const auto it = part.actors.find(n);
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
