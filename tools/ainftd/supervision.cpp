#include "tools/ainftd/supervision.hpp"

#include "persistence/deadline_sweeper.hpp"

namespace ainft {

supervision::supervision(caf::actor_system& system, const runtime::clock& time,
                         const std::function<void(const std::string&)>& on_death)
  : system_{system}, core_{system,
                           time,
                           {.name = "core",
                            .most_restarts = 0,
                            .about = "the journal, its tail and Redis: the process restarts when one of them fails"},
                           on_death},
    services_{system, time, {.name = "services"}, on_death},
    follower_supervisor_{
      services_.add({.name = "followers", .about = "followers of the journal, and sweepers of due work"})},
    by_name_{{"followers", &follower_supervisor_}}, singletons_{system} {}

void supervision::add_essential(const std::string& name, const caf::actor& part) {
  core_.add(name, [part] { return part; });
}

void supervision::add_singletons(const services& s) {
  singletons_.add("deadlines", [this, &s] {
    follower_supervisor_.add("deadlines",
                             [this, &s] { return persistence::start_deadline_sweeper(system_, s.db, s.entities); });
    return [this] { follower_supervisor_.end("deadlines"); };
  });
  for (const auto& c : capabilities()) {
    for (const auto& settings : c.supervisors)
      by_name_.emplace(settings.name, &services_.add(settings));
    for (const auto& one : c.singletons)
      singletons_.add(std::string{one.name},
                      [this, &one, &s] { return start(one, s, *by_name_.at(std::string{one.supervisor})); });
  }
}

/// Starts a singleton's parts. Returns a function that ends them.
std::function<void()> supervision::start(const singleton& what, const services& s, runtime::supervisor& under) {
  std::vector<std::string> names;
  for (auto& part : what.parts(s)) {
    names.insert(names.begin(), part.name);
    if (part.start) {
      under.add(part.name, std::move(part.start));
      continue;
    }
    under.add(part.name, [this, follow = std::move(part.follow)] {
      auto f = follow();
      followers_.add(f);
      return f.actor;
    });
  }
  return [this, &under, names] {
    for (const auto& name : names) {
      followers_.forget(name);
      under.end(name);
    }
  };
}

void supervision::end_services() {
  singletons_.end_all();
  services_.close();
}

runtime::supervised supervision::tree(std::string node) const {
  runtime::supervised out;
  out.name = std::move(node);
  out.is_supervisor = true;
  out.children = {core_.tree(), services_.tree()};
  return out;
}

bool supervision::restart(std::string_view path) {
  constexpr std::string_view above = "services/";
  return services_.restart_at(path.starts_with(above) ? path.substr(above.size()) : path);
}

} // namespace ainft
