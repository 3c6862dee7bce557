#include "tools/ainftd/reports.hpp"

#include "actors/capability.hpp"

#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

namespace ainft {

std::function<void(const runtime::quarantined&)> report_quarantine(caf::actor_system& system) {
  auto* family = system.metrics().counter_family("ainft", "entities_quarantined", {"kind"},
                                                 "Entities quarantined because they failed to load", "1", true);
  return [family](const runtime::quarantined& q) {
    family->get_or_add({{"kind", q.kind}})->inc();
    spdlog::error("the {} {} failed to load and is now in quarantine: {}", q.kind, id_text(q.kind, q.id), q.reason);
  };
}

runtime::actor_watch::told report_long_stays(caf::actor_system& system) {
  auto* family = system.metrics().counter_family("ainft", "long_messages", {"actor"},
                                                 "Messages that took an actor longer than 100 ms", "1", true);
  return [family](const runtime::long_stay& what) {
    family->get_or_add({{"actor", what.actor}})->inc();
    spdlog::warn("the actor {} ({}) has been processing a message for {} ms: {}", what.actor, what.id,
                 what.lasts.count(), what.message);
  };
}

} // namespace ainft
