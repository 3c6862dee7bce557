#include "runtime/reply_port.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_registry.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/sec.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace ainft::runtime {

using steady = std::chrono::steady_clock;

class reply_port::port_actor : public caf::monitorable_actor {
public:
  explicit port_actor(caf::actor_config& cfg) : caf::monitorable_actor(cfg) {}

  const char* name() const override { return "ainft.reply_port"; }

  // make_actor asks for it; there is no mailbox to measure.
  void setup_metrics() {}

  bool enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (!what->mid.is_response())
      return true;
    if (auto on_reply = take(what->mid.request_id().integer_value())) {
      if (what->payload.match_elements<caf::error>())
        on_reply(what->payload.get_as<caf::error>(0));
      else
        on_reply(std::move(what->payload));
    }
    return true;
  }

  uint64_t put(receiver on_reply, steady::time_point due) {
    const auto id = next_.fetch_add(1, std::memory_order_relaxed);
    auto& part = part_of(id);
    std::lock_guard guard{part.mutex};
    part.waiting.emplace(id, entry{std::move(on_reply), due});
    return id;
  }

  void close() {
    closed_ = true;
    expire(steady::time_point::max());
  }

  [[nodiscard]] bool closed() const noexcept { return closed_; }

  void expire(steady::time_point now) {
    std::vector<receiver> late;
    for (auto& part : parts_) {
      std::lock_guard guard{part.mutex};
      for (auto it = part.waiting.begin(); it != part.waiting.end();) {
        if (it->second.due > now) {
          ++it;
          continue;
        }
        late.push_back(std::move(it->second.on_reply));
        it = part.waiting.erase(it);
      }
    }
    for (auto& on_reply : late)
      on_reply(caf::make_error(caf::sec::request_timeout));
  }

private:
  struct entry {
    receiver on_reply;
    steady::time_point due;
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<uint64_t, entry> waiting;
  };

  part& part_of(uint64_t id) { return parts_[id % parts_.size()]; }

  receiver take(uint64_t id) {
    auto& part = part_of(id);
    std::lock_guard guard{part.mutex};
    const auto it = part.waiting.find(id);
    if (it == part.waiting.end())
      return {};
    auto on_reply = std::move(it->second.on_reply);
    part.waiting.erase(it);
    return on_reply;
  }

  std::atomic<uint64_t> next_{1};
  std::atomic<bool> closed_{false};
  std::array<part, 16> parts_;
};

reply_port::reply_port(caf::actor_system& system) {
  caf::actor_config cfg{system.dummy_execution_unit()};
  port_ = caf::make_actor<port_actor, caf::strong_actor_ptr>(system.next_actor_id(), system.node(), &system, cfg);
  impl_ = static_cast<port_actor*>(caf::actor_cast<caf::abstract_actor*>(port_));
}

reply_port::~reply_port() = default;

void reply_port::ask(const caf::actor& target, caf::message request, std::chrono::milliseconds timeout,
                     receiver on_reply) {
  if (impl_->closed())
    return on_reply(caf::make_error(caf::sec::request_timeout));
  const auto id = impl_->put(std::move(on_reply), steady::now() + timeout);
  caf::actor_cast<caf::abstract_actor*>(target)->enqueue(port_, caf::make_message_id(id), std::move(request), nullptr);
}

void reply_port::expire() { impl_->expire(steady::now()); }

void reply_port::close() { impl_->close(); }

} // namespace ainft::runtime
