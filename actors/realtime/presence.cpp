#include "actors/realtime/presence.hpp"

#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_text.hpp"
#include "runtime/codec/json_writer.hpp"

namespace ainft::realtime {

using runtime::uuid;

namespace {

struct room_count {
  std::string topic; ///< UUID
  uint64_t count = 0;
};
AINFT_DESCRIBE(room_count, topic, count)

struct counted {
  bool all = false;  ///< topics that are not in `rooms` have the count 0
  bool asks = false; ///< the other nodes must send all of their counts
  std::vector<room_count> rooms;
};
AINFT_DESCRIBE(counted, (all, defaulted), (asks, defaulted), rooms)

uint64_t found(const std::unordered_map<uuid, uint64_t>& in, const uuid& topic) {
  const auto it = in.find(topic);
  return it == in.end() ? 0 : it->second;
}

void put(std::unordered_map<uuid, uint64_t>& in, const uuid& topic, uint64_t count) {
  if (count == 0)
    in.erase(topic);
  else
    in[topic] = count;
}

} // namespace

uint64_t presence::change(const uuid& topic, int by) {
  const auto count = found(here_, topic) + static_cast<uint64_t>(by);
  put(here_, topic, count);
  changed_.insert(topic);
  untold_.insert(topic);
  return count;
}

size_t presence::count(const uuid& topic) const { return found(here_, topic) + found(elsewhere_, topic); }

std::vector<uuid> presence::take_changed() {
  const auto taken = std::exchange(changed_, {});
  return {taken.begin(), taken.end()};
}

std::string presence::take_news() {
  counted out;
  for (const auto& topic : std::exchange(untold_, {}))
    out.rooms.push_back({topic.str(), found(here_, topic)});
  return out.rooms.empty() ? std::string{} : runtime::to_json(out);
}

std::string presence::all_news(bool asks) const {
  counted out{true, asks, {}};
  for (const auto& [topic, count] : here_)
    out.rooms.push_back({topic.str(), count});
  return runtime::to_json(out);
}

void presence::set(counts& of, const uuid& topic, uint64_t count) {
  const auto before = found(of, topic);
  if (before == count)
    return;
  put(of, topic, count);
  put(elsewhere_, topic, found(elsewhere_, topic) - before + count);
  changed_.insert(topic);
}

bool presence::receive(const uuid& node, std::string_view news) {
  const auto told = runtime::from_json_text<counted>(news);
  if (!told)
    return false;
  if (told->all)
    forget(node);
  auto& of = others_[node];
  for (const auto& r : told->rooms)
    if (const auto topic = uuid::parse(r.topic))
      set(of, *topic, r.count);
  return told->asks;
}

void presence::forget(const uuid& node) {
  for (const auto& [topic, count] : std::exchange(others_[node], {})) {
    put(elsewhere_, topic, found(elsewhere_, topic) - count);
    changed_.insert(topic);
  }
}

void presence::keep(const std::vector<uuid>& nodes) {
  for (auto it = others_.begin(); it != others_.end();) {
    if (std::find(nodes.begin(), nodes.end(), it->first) != nodes.end()) {
      ++it;
      continue;
    }
    forget(it->first);
    it = others_.erase(it);
  }
}

} // namespace ainft::realtime
