#include "runtime/entity_base.hpp"

#include "runtime/guard.hpp"

#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>

namespace ainft::runtime {

namespace {

const caf::message& wake_message() {
  static const auto message = caf::make_message(wake{});
  return message;
}

} // namespace

entity_base::entity_base(caf::actor_config& cfg, entity_host& host, std::string_view kind, const uuid& id)
  : caf::event_based_actor(cfg), host_{host}, id_{id}, kind_{kind} {
  active_ = system().metrics().gauge_instance("ainft", "entities", {{"kind", std::string{kind}}}, "Entities in memory");
  active_->inc();
  report_failures("entity", *this);
}

entity_base::~entity_base() { active_->dec(); }

caf::behavior entity_base::waiting() {
  return {[](const continuation& c) { c.run(); }};
}

caf::error entity_base::refuse_unknown(std::string message) {
  auto why = "a " + std::string{kind_} + " does not accept this message";
  host_.dead_letters().add({host_.time().now(), std::string{kind_}, id_, std::move(message), why});
  return refuse(errc::unknown_message, std::move(why));
}

void entity_base::refuse_all(caf::error why) {
  host_.quarantine().loaded(kind_, id_);
  spdlog::warn("this node cannot serve the {} {}: {}", kind_, id_.str(), explain(why).detail);
  set_default_handler(
    [why = std::move(why)](caf::scheduled_actor*, caf::message&) -> caf::skippable_result { return why; });
  const auto leave = [this] {
    if (!std::exchange(leaving_, true))
      leave_memory();
  };
  become([](const continuation& c) { c.run(); }, [leave](const passivate&) { leave(); });
  later(host_.settings().rest_timeout, caf::make_message(continuation{leave}));
}

// -- deadlines ----------------------------------------------------------------------------------------------------

void entity_base::wake_at(const std::optional<time_point>& when) {
  next_wake_ = when;
  arm_timer();
}

void entity_base::arm_timer() {
  host_.timers().cancel(wake_timer_);
  if (!next_wake_)
    return;
  const auto wait = std::max(*next_wake_ - host_.time().now(), std::chrono::microseconds{0});
  // For a longer wait, the deadline sweeper wakes the entity, even if it has left memory.
  if (wait < std::chrono::hours{1})
    wake_after(wait + std::chrono::milliseconds{1});
}

void entity_base::wake_after(std::chrono::microseconds wait) { wake_timer_ = later(wait, wake_message()); }

// -- leaving memory -----------------------------------------------------------------------------------------------

std::chrono::milliseconds entity_base::idle_timeout() const {
  const auto& settings = host_.settings();
  return resting_ ? std::min(settings.rest_timeout, settings.idle_timeout) : settings.idle_timeout;
}

void entity_base::schedule_idle_check() {
  resting_ = is_at_rest();
  host_.timers().cancel(idle_timer_);
  static const auto look = caf::make_message(check_idle{});
  idle_timer_ = later(idle_timeout(), look);
}

void entity_base::notice_rest() {
  if (!resting_ && !leaving_ && is_at_rest())
    schedule_idle_check();
}

void entity_base::on_check_idle() {
  if (is_settled() && std::chrono::steady_clock::now() - last_use_ >= idle_timeout())
    start_passivation();
  else
    schedule_idle_check();
}

timers::ticket entity_base::later(std::chrono::microseconds wait, caf::message what) {
  return host_.timers().send_after(wait, caf::weak_actor_ptr{ctrl()}, std::move(what));
}

void entity_base::passivate_if_settled() {
  if (is_settled())
    start_passivation();
}

void entity_base::start_passivation() {
  if (std::exchange(leaving_, true))
    return;
  host_.timers().cancel(wake_timer_);
  host_.timers().cancel(idle_timer_);
  if (is_settled())
    return leave_memory();
  set_default_handler(caf::skip);
  become(waiting());
}

void entity_base::leave_memory() {
  host_.release(kind_, id_, address());
  set_default_handler(
    [this](caf::scheduled_actor*, caf::message& m) -> caf::skippable_result { return delegate_all(m); });
  become(waiting());
  later(std::chrono::milliseconds{500}, caf::make_message(continuation{[this] { quit(); }}));
}

caf::skippable_result entity_base::delegate_all(caf::message& m) {
  if (m.match_elements<passivate>() || m.match_elements<wake>() || m.match_elements<check_idle>())
    return caf::message{};
  auto promise = make_response_promise();
  promise.delegate(host_.find(kind_, id_), std::move(m));
  return caf::delegated<caf::message>{};
}

} // namespace ainft::runtime
