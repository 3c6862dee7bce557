#include "runtime/actor_watch.hpp"

#include "runtime/guard.hpp"

#include <caf/local_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>

#include <algorithm>

namespace ainft::runtime {

namespace {

constexpr size_t kept_at_most = 200;

std::string names_of(caf::type_id_list types, const command_type* command) {
  std::string out;
  for (size_t i = 0; i < types.size(); ++i) {
    const auto name = caf::query_type_name(types[i]);
    const bool is_command = command && types[i] == caf::type_id_v<command_box>;
    auto text = is_command ? std::string{command->name} : std::string{name.begin(), name.end()};
    if (constexpr std::string_view ours = "ainft::"; text.starts_with(ours))
      text.erase(0, ours.size());
    out += (i == 0 ? "" : ", ") + text;
  }
  return out.empty() ? "an empty message" : out;
}

} // namespace

actor_watch::actor_watch(std::chrono::milliseconds limit) : limit_{limit} {
  static std::atomic<uint64_t> numbers{0};
  number_ = ++numbers;
  thread_ = std::thread{[this] { run(); }};
}

actor_watch::~actor_watch() {
  {
    std::lock_guard guard{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void actor_watch::tell(told on_long_stay) {
  std::lock_guard guard{mutex_};
  on_long_stay_ = std::move(on_long_stay);
}

actor_watch::worker_slot& actor_watch::mine() {
  thread_local std::pair<uint64_t, worker_slot*> has{0, nullptr};
  if (has.first != number_) {
    std::lock_guard guard{mutex_};
    has = {number_, &slots_.emplace_back()};
  }
  return *has.second;
}

void actor_watch::before_processing(const caf::local_actor& self, const caf::mailbox_element& element) {
  if (self.getf(caf::abstract_actor::is_detached_flag) || self.getf(caf::abstract_actor::is_blocking_flag))
    return; // it blocks no scheduler thread
  auto& s = mine();
  s.name.store(self.name(), std::memory_order_relaxed);
  s.actor.store(self.id(), std::memory_order_relaxed);
  s.types.store(element.payload.types().data(), std::memory_order_relaxed);
  const bool is_command = element.payload.match_elements<command_context, command_box>();
  s.command.store(is_command ? &element.payload.get_as<command_box>(1).type() : nullptr, std::memory_order_relaxed);
  if (traced_.load(std::memory_order_relaxed) == self.id())
    s.sender = element.sender ? to_string(element.sender) : std::string{};
  s.since.store(clock::now().time_since_epoch().count(), std::memory_order_release);
}

void actor_watch::after_processing(const caf::local_actor& self, caf::invoke_message_result result) {
  if (self.getf(caf::abstract_actor::is_detached_flag) || self.getf(caf::abstract_actor::is_blocking_flag))
    return;
  auto& s = mine();
  const auto since = s.since.exchange(0, std::memory_order_acq_rel);
  if (since == 0 || result == caf::invoke_message_result::skipped)
    return;
  if (counting_.load(std::memory_order_relaxed) || traced_.load(std::memory_order_relaxed) == self.id())
    keep(s, self, clock::now().time_since_epoch() - clock::duration{since});
}

void actor_watch::keep(worker_slot& s, const caf::local_actor& self, clock::duration took) {
  if (counting_) {
    std::lock_guard guard{s.mutex};
    auto& c = s.counts[self.id()];
    c.name = self.name();
    ++c.messages;
    c.busy += took;
    if (const auto* scheduled = dynamic_cast<const caf::scheduled_actor*>(&self))
      // Do not call mailbox().size(): it takes messages out of the inbox. A broker that handles an I/O event would then
      // not be woken for them.
      c.mailbox = const_cast<caf::scheduled_actor*>(scheduled)->mailbox().queue().total_task_size();
  }
  if (traced_ != self.id())
    return;
  using micros = std::chrono::duration<double, std::micro>;
  std::lock_guard guard{mutex_};
  if (kept_.size() == kept_at_most)
    kept_.erase(kept_.begin());
  kept_.push_back({system_clock().now(), names_of(caf::type_id_list{s.types.load()}, s.command.load()), s.sender,
                   micros{took}.count()});
}

std::vector<busy_actor> actor_watch::busiest(const std::function<void()>& f, size_t most) {
  std::lock_guard alone{one_count_};
  counting_ = true;
  f();
  counting_ = false;
  std::unordered_map<uint64_t, count> all;
  {
    std::lock_guard guard{mutex_};
    for (auto& s : slots_) {
      std::lock_guard own{s.mutex};
      for (const auto& [id, c] : std::exchange(s.counts, {})) {
        auto& sum = all[id];
        sum.name = c.name;
        sum.messages += c.messages;
        sum.busy += c.busy;
        sum.mailbox = c.mailbox;
      }
    }
  }
  std::vector<busy_actor> out;
  out.reserve(all.size());
  for (const auto& [id, c] : all)
    out.push_back({c.name, id, c.messages, std::chrono::duration<double, std::milli>(c.busy).count(), c.mailbox});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.busy_ms > b.busy_ms; });
  out.resize(std::min(out.size(), most));
  return out;
}

void actor_watch::trace(uint64_t actor) {
  std::lock_guard guard{mutex_};
  if (traced_.exchange(actor) != actor)
    kept_.clear();
}

std::vector<taken_message> actor_watch::traced(uint64_t actor) const {
  std::lock_guard guard{mutex_};
  return traced_ == actor ? kept_ : std::vector<taken_message>{};
}

void actor_watch::run() {
  std::unique_lock guard{mutex_};
  while (!ended_) {
    changed_.wait_for(guard, limit_ / 2);
    guarded("actor_watch", [this] { look(clock::now()); });
  }
}

void actor_watch::look(clock::time_point now) {
  for (auto& s : slots_) {
    const auto since = s.since.load(std::memory_order_acquire);
    const auto lasts = now.time_since_epoch() - clock::duration{since};
    if (since == 0 || since == s.reported || lasts < limit_)
      continue;
    const long_stay what{s.name.load(), s.actor.load(), names_of(caf::type_id_list{s.types.load()}, s.command.load()),
                         std::chrono::duration_cast<std::chrono::milliseconds>(lasts)};
    if (s.since.load(std::memory_order_acquire) != since)
      continue; // the message has just ended
    s.reported = since;
    if (on_long_stay_)
      on_long_stay_(what);
  }
}

} // namespace ainft::runtime
