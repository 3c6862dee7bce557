#include "runtime/supervisor.hpp"

#include "runtime/errors.hpp"
#include "runtime/guard.hpp"
#include "runtime/messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <algorithm>
#include <deque>

namespace ainft::runtime {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

/// One lock protects the whole tree. Each supervisor has an actor that monitors its children and delays restarts.
class supervisor::impl : public std::enable_shared_from_this<impl> {
public:
  impl(caf::actor_system& system, const clock& time, supervisor_settings settings, impl* above,
       std::shared_ptr<std::recursive_mutex> lock, std::function<void(const std::string&)> on_collapse)
    : system_{system}, clock_{time}, settings_{std::move(settings)}, above_{above}, lock_{std::move(lock)},
      on_collapse_{std::move(on_collapse)}, pause_{settings_.first_pause} {
    restarts_ = system.metrics().counter_instance("ainft", "supervisor_restarts", {{"supervisor", settings_.name}},
                                                  "Restarts of failed children", "1", true);
    auto* children =
      system.metrics().gauge_family("ainft", "supervisor_children", {"supervisor", "state"}, "Children by state");
    for (size_t i = 0; i < in_state_.size(); ++i)
      in_state_[i] =
        children->get_or_add({{"supervisor", settings_.name}, {"state", name_of(static_cast<child_state>(i))}});
  }

  void begin() {
    watcher_ = system_.spawn<caf::hidden>([self = weak_from_this()](caf::event_based_actor* me) -> caf::behavior {
      me->set_down_handler([self](const caf::down_msg& d) {
        if (const auto s = self.lock())
          s->on_down(d);
      });
      return {
        [me](const caf::actor& child) { me->monitor(child); },
        [me](caf::timespan wait, continuation& c) {
          me->run_delayed(wait, [run = std::move(c.run)] { guarded("supervisor", run); });
        },
        [](const continuation& c) { guarded("supervisor", c.run); },
      };
    });
  }

  caf::actor add(std::string name, starter start) {
    std::lock_guard guard{*lock_};
    end(name);
    auto& c = new_child();
    c.name = std::move(name);
    c.start = std::move(start);
    launch(c);
    return c.actor;
  }

  supervisor& add(supervisor_settings settings) {
    std::lock_guard guard{*lock_};
    auto& c = new_child();
    c.name = settings.name;
    c.below = std::make_shared<impl>(system_, clock_, std::move(settings), this, lock_, nullptr);
    c.below->begin();
    set(c, child_state::running);
    c.handle.reset(new supervisor{c.below});
    return *c.handle;
  }

  void end(std::string_view name) {
    std::lock_guard guard{*lock_};
    const auto it = find(name);
    if (it == children_.end())
      return;
    halt(*it);
    in_state_[static_cast<size_t>(it->state)]->dec();
    children_.erase(it);
  }

  bool restart(std::string_view name) {
    std::lock_guard guard{*lock_};
    const auto it = find(name);
    if (it == children_.end() || ended_)
      return false;
    restart_from(it, last_with(it));
    return true;
  }

  bool restart_at(std::string_view path) {
    std::lock_guard guard{*lock_};
    const auto slash = path.find('/');
    if (slash == path.npos)
      return restart(path);
    const auto it = find(path.substr(0, slash));
    return it != children_.end() && it->below && it->below->restart_at(path.substr(slash + 1));
  }

  supervised tree() const {
    std::lock_guard guard{*lock_};
    supervised out;
    out.name = settings_.name;
    out.is_supervisor = true;
    out.strategy = settings_.strategy;
    out.about = settings_.about;
    for (const auto& c : children_) {
      auto x = c.below ? c.below->tree() : supervised{};
      x.name = c.name;
      x.state = c.state;
      x.restarts = c.restarts;
      x.last_failure = c.last_failure;
      x.failed_at = c.failed_at;
      if (c.actor)
        x.actor = c.actor.id();
      out.children.push_back(std::move(x));
    }
    return out;
  }

  void end_all() {
    std::lock_guard guard{*lock_};
    ended_ = true;
    for (auto it = children_.rbegin(); it != children_.rend(); ++it)
      halt(*it);
    if (watcher_)
      caf::anon_send_exit(watcher_, caf::exit_reason::user_shutdown);
    watcher_ = nullptr;
  }

private:
  struct child {
    std::string name;
    starter start;               ///< absent for a supervisor
    std::shared_ptr<impl> below; ///< the supervisor
    std::unique_ptr<supervisor> handle;
    caf::actor actor;
    child_state state = child_state::waiting;
    uint64_t restarts = 0;
    std::optional<std::string> last_failure;
    std::optional<time_point> failed_at;
  };
  using children = std::vector<child>;

  children::iterator find(std::string_view name) {
    return std::find_if(children_.begin(), children_.end(), [&](const child& c) { return c.name == name; });
  }

  void launch(child& c) {
    if (c.below)
      return c.below->relaunch_all(c);
    try {
      c.actor = c.start();
      set(c, child_state::running);
      caf::anon_send(watcher_, c.actor);
    } catch (const std::exception& e) {
      c.actor = nullptr;
      fail(c, std::string{"failed to start: "} + e.what());
    }
  }

  /// Starts all children again, because the supervisor above restarts this one as its child `as`.
  void relaunch_all(child& as) {
    failures_.clear();
    pause_ = settings_.first_pause;
    for (auto& c : children_)
      launch(c);
    above_->set(as, child_state::running);
  }

  child& new_child() {
    auto& c = children_.emplace_back();
    in_state_[static_cast<size_t>(c.state)]->inc();
    return c;
  }

  void set(child& c, child_state to) {
    in_state_[static_cast<size_t>(std::exchange(c.state, to))]->dec();
    in_state_[static_cast<size_t>(to)]->inc();
  }

  /// Ends a child without counting a failure.
  void halt(child& c) {
    if (c.below) {
      for (auto it = c.below->children_.rbegin(); it != c.below->children_.rend(); ++it)
        c.below->halt(*it);
    } else if (c.actor) {
      caf::anon_send_exit(std::exchange(c.actor, nullptr), caf::exit_reason::user_shutdown);
    }
    set(c, child_state::ended);
  }

  /// The end of the range of children that restart together with this one.
  children::iterator last_with(children::iterator it) {
    return settings_.strategy == strategy::rest_for_one ? children_.end() : it + 1;
  }

  void restart_from(children::iterator from, children::iterator to) {
    for (auto it = to; it != from;)
      halt(*--it);
    for (auto it = from; it != to; ++it)
      launch(*it);
  }

  void on_down(const caf::down_msg& d) {
    std::lock_guard guard{*lock_};
    const auto it = std::find_if(children_.begin(), children_.end(),
                                 [&](const child& c) { return c.actor && c.actor.address() == d.source; });
    if (it == children_.end() || ended_)
      return; // the supervisor ended it on purpose
    it->actor = nullptr;
    fail(*it, d.reason == caf::exit_reason::normal || !d.reason ? "exited unexpectedly" : describe(d.reason));
  }

  static std::string describe(const caf::error& reason) {
    const auto said = explain(reason).detail;
    return said.empty() ? to_string(reason) : said;
  }

  void fail(child& c, std::string why) {
    c.last_failure = std::move(why);
    c.failed_at = clock_.now();
    const auto now = steady::now();
    while (!failures_.empty() && now - failures_.front() > settings_.period)
      failures_.pop_front();
    if (failures_.empty())
      pause_ = settings_.first_pause;
    failures_.push_back(now);
    if (failures_.size() > settings_.most_restarts)
      return collapse(c);
    set(c, child_state::waiting);
    auto again = [self = weak_from_this(), name = c.name] {
      if (const auto s = self.lock())
        s->restart_failed(name);
    };
    caf::anon_send(watcher_, caf::timespan{pause_}, continuation{std::move(again)});
    pause_ = std::min(pause_ * 2, settings_.longest_pause);
  }

  void restart_failed(const std::string& name) {
    std::lock_guard guard{*lock_};
    const auto it = find(name);
    if (it == children_.end() || it->state != child_state::waiting || ended_)
      return;
    ++it->restarts;
    restarts_->inc();
    restart_from(it, last_with(it));
  }

  /// There were too many failures. The supervisor above decides.
  void collapse(child& c) {
    set(c, child_state::failed);
    const auto why =
      settings_.name + "/" + c.name + " failed " + std::to_string(failures_.size()) + " times: " + *c.last_failure;
    for (auto it = children_.rbegin(); it != children_.rend(); ++it)
      if (&*it != &c)
        halt(*it);
    if (above_) {
      const auto me = above_->find(settings_.name);
      return above_->fail(*me, why);
    }
    if (on_collapse_)
      on_collapse_(why);
  }

  caf::actor_system& system_;
  const clock& clock_;
  supervisor_settings settings_;
  impl* above_;
  std::shared_ptr<std::recursive_mutex> lock_;
  std::function<void(const std::string&)> on_collapse_;
  milliseconds pause_;
  std::deque<steady::time_point> failures_;
  children children_;
  caf::actor watcher_;
  bool ended_ = false;
  caf::telemetry::int_counter* restarts_;
  std::array<caf::telemetry::int_gauge*, enum_names(child_state{}).size()> in_state_;
};

supervisor::supervisor(caf::actor_system& system, const clock& time, supervisor_settings settings,
                       std::function<void(const std::string&)> on_collapse)
  : impl_{std::make_shared<impl>(system, time, std::move(settings), nullptr, std::make_shared<std::recursive_mutex>(),
                                 std::move(on_collapse))} {
  impl_->begin();
}

supervisor::supervisor(std::shared_ptr<impl> made) : impl_{std::move(made)} {}

supervisor::~supervisor() { close(); }

void supervisor::close() { impl_->end_all(); }

caf::actor supervisor::add(std::string name, starter start) { return impl_->add(std::move(name), std::move(start)); }
void supervisor::end(std::string_view name) { impl_->end(name); }
bool supervisor::restart(std::string_view name) { return impl_->restart(name); }
bool supervisor::restart_at(std::string_view path) { return impl_->restart_at(path); }
supervisor& supervisor::add(supervisor_settings settings) { return impl_->add(std::move(settings)); }
supervised supervisor::tree() const { return impl_->tree(); }

} // namespace ainft::runtime
