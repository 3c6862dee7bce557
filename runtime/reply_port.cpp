#include "runtime/reply_port.hpp"

#include "runtime/guard.hpp"
#include "runtime/reply_table.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_registry.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/sec.hpp>

#include <atomic>

namespace ainft::runtime {

using steady = reply_table::clock;

class reply_port::port_actor : public caf::monitorable_actor {
public:
  explicit port_actor(caf::actor_config& cfg) : caf::monitorable_actor(cfg) {}

  const char* name() const override { return "ainft.reply_port"; }

  // make_actor requires this function. There is no mailbox to measure.
  void setup_metrics() {}

  bool enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (!what->mid.is_response())
      return true;
    // The receiver runs in the actor that answers. An exception of the receiver must not end that actor.
    if (const auto on_reply = waiting.take(what->mid.request_id().integer_value()))
      guarded("reply", [&] {
        if (what->payload.match_elements<caf::error>())
          on_reply(what->payload.get_as<caf::error>(0));
        else
          on_reply(std::move(what->payload));
      });
    return true;
  }

  void give_up() { waiting.fail_all(caf::make_error(caf::sec::request_timeout)); }

  void close() {
    closed_ = true;
    give_up();
  }

  [[nodiscard]] bool closed() const noexcept { return closed_; }

  void expire(steady::time_point now) { waiting.expire(now, caf::make_error(caf::sec::request_timeout)); }

  reply_table waiting;

private:
  std::atomic<bool> closed_{false};
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
  const auto id = impl_->waiting.put(std::move(on_reply), steady::now() + timeout);
  caf::actor_cast<caf::abstract_actor*>(target)->enqueue(port_, caf::make_message_id(id), std::move(request), nullptr);
}

void reply_port::expire() { impl_->expire(steady::now()); }

void reply_port::give_up() { impl_->give_up(); }

void reply_port::close() { impl_->close(); }

} // namespace ainft::runtime
