#include "actors/chain/sponsor/budget.hpp"
#include "actors/chain/sponsor/follower.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

namespace ainft::sponsor {

namespace {

constexpr std::chrono::seconds sweep_every{5};
constexpr size_t most_at_once = 200;

/// Sweeps once. Returns the state of the day's budget of all.
budget_state sweep(persistence::session& db, const limits& most, runtime::time_point now) {
  for (const auto& r : find_overdue(db, now, most_at_once))
    (void)settle(db, r.id, r.assumed_cost());
  forget_old(db, now);
  return states(db, most, now, 1).front();
}

class sweeper final : public caf::event_based_actor {
public:
  sweeper(caf::actor_config& cfg, const services* s) : caf::event_based_actor(cfg), s_{*s} {
    auto* family =
      system().metrics().gauge_family("ainft", "sponsor_lamports", {"of"}, "Today's fee budget for all users together");
    for (const std::string name : {"limit", "reserved", "spent"})
      gauges_.push_back(family->get_or_add({{"of", name}}));
  }

  const char* name() const override { return "ainft.sponsor_sweeper"; }

  caf::behavior make_behavior() override {
    send(this, runtime::wake{});
    return {[this](const runtime::wake&) {
      auto q = [most = s_.settings.of<settings>().limits(), now = s_.host.time().now()](persistence::session& db) {
        return sweep(db, most, now);
      };
      s_.db.run(std::move(q), [gauges = gauges_](const runtime::result<budget_state>& all) {
        if (!all)
          return;
        gauges[0]->value(static_cast<int64_t>(all->limit.get()));
        gauges[1]->value(static_cast<int64_t>(all->reserved.get()));
        gauges[2]->value(static_cast<int64_t>(all->spent.get()));
      });
      delayed_send(this, sweep_every, runtime::wake{});
    }};
  }

private:
  const services& s_;
  std::vector<caf::telemetry::int_gauge*> gauges_;
};

} // namespace

caf::actor start_sweeper(const services& s) { return s.system.spawn<sweeper>(&s); }

} // namespace ainft::sponsor
