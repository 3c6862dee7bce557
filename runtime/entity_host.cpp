#include "runtime/entity_host.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <stdexcept>

namespace ainft::runtime {

std::string message_name(const caf::message& m) {
  std::string out;
  for (size_t i = 0; i < m.size(); ++i) {
    const auto type = caf::query_type_name(m.type_at(i));
    const bool is_command = m.type_at(i) == caf::type_id_v<command_box>;
    out.append(i == 0 ? "" : ", ")
      .append(is_command ? m.get_as<command_box>(i).type().name : std::string_view{type.data(), type.size()});
  }
  return out;
}

size_t entity_host::index_of(std::string_view kind) const {
  const auto known = std::find_if(kinds_.begin(), kinds_.end(), [&](const auto& k) { return k.name == kind; });
  if (known == kinds_.end())
    throw std::logic_error{"unknown entity kind " + std::string{kind}};
  return static_cast<size_t>(known - kinds_.begin());
}

caf::actor entity_host::find(std::string_view kind, const uuid& id) { return get(kind, id, false); }

caf::actor entity_host::begin(std::string_view kind, const uuid& id) { return get(kind, id, true); }

caf::actor entity_host::get(std::string_view kind, const uuid& id, bool is_new) {
  if (quarantine_.holds(kind, id))
    return quarantined_;
  const name n{id, index_of(kind)};
  auto& part = part_of(id);
  caf::actor made;
  {
    std::lock_guard guard{part.mutex};
    if (settings_.is_here && !settings_.is_here(id)) // checked under the lock: see passivate_foreign()
      return moved_;
    if (closed_) // also under the lock: close() asks all those to leave that were started before
      return stopping_;
    auto& slot = part.actors[n];
    if (slot)
      return slot;
    made = slot = kinds_[n.kind].spawn(system_, *this, id, is_new);
  }
  // Do not hold the lock: if the actor has already ended, the functor runs at once and calls release(), which takes the
  // lock.
  made->attach_functor([this, n, who = made.address()] { release(n, who); });
  return made;
}

caf::actor entity_host::start_refuser(errc why, std::string detail) {
  return system_.spawn<caf::hidden>([why, detail = std::move(detail)](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(
      [why, detail](caf::scheduled_actor*, caf::message&) -> caf::skippable_result { return refuse(why, detail); });
    return {[](const continuation&) {}};
  });
}

std::string_view entity_host::name_of(std::string_view kind) const noexcept {
  const auto known = std::find_if(kinds_.begin(), kinds_.end(), [&](const auto& k) { return k.name == kind; });
  return known == kinds_.end() ? std::string_view{} : known->name;
}

std::vector<std::string> entity_host::known_events() const {
  std::vector<std::string> out;
  for (const auto& k : kinds_)
    out.insert(out.end(), k.events.begin(), k.events.end());
  return out;
}

std::vector<std::pair<std::string_view, size_t>> entity_host::counts() const {
  std::vector<std::pair<std::string_view, size_t>> out;
  out.reserve(kinds_.size());
  for (const auto& k : kinds_)
    out.emplace_back(k.name, 0);
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    for (const auto& [n, who] : part.actors)
      ++out[n.kind].second;
  }
  return out;
}

void entity_host::release(std::string_view kind, const uuid& id, const caf::actor_addr& who) {
  release({id, index_of(kind)}, who);
}

void entity_host::release(const name& n, const caf::actor_addr& who) {
  auto& part = part_of(n.id);
  std::lock_guard guard{part.mutex};
  const auto it = part.actors.find(n);
  if (it != part.actors.end() && it->second.address() == who)
    part.actors.erase(it);
}

void entity_host::close() {
  closed_ = true;
  passivate_all();
}

void entity_host::passivate_all() {
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    for (auto& [id, who] : part.actors)
      caf::anon_send(who, passivate{});
  }
}

// The loop misses no foreign entity: find() checks is_here() under the part's lock. An entity that starts during this
// loop was either checked after is_here() changed, or it is in its part before the loop gets there.
size_t entity_host::passivate_foreign() {
  size_t out = 0;
  for (auto& part : parts_) {
    std::lock_guard guard{part.mutex};
    for (auto& [n, who] : part.actors)
      if (settings_.is_here && !settings_.is_here(n.id)) {
        caf::anon_send(who, passivate{});
        ++out;
      }
  }
  return out;
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
