#include "persistence/deadline_sweeper.hpp"

#include <caf/event_based_actor.hpp>

namespace ainft::persistence {

namespace {

using namespace runtime;

// A little ahead: a woken entity arms a timer of its own for the exact moment.
constexpr statement find_due{"sweeper_due", R"sql(
  select entity_id, kind from due where due_at < now() + interval '5 seconds' order by due_at limit 1000)sql"};

class deadline_sweeper final : public caf::event_based_actor {
public:
  deadline_sweeper(caf::actor_config& cfg, const database* db, cluster::router* entities)
    : caf::event_based_actor(cfg), db_{*db}, entities_{*entities} {}

  const char* name() const override { return "ainft.deadline_sweeper"; }

  caf::behavior make_behavior() override {
    send(this, wake{});
    return {[this](const wake&) {
      db_.run(
        [](session& db) {
          std::vector<std::pair<uuid, std::string>> out;
          for (const auto& row : db.run(find_due))
            out.emplace_back(read_uuid(row[0]), row[1].c_str());
          return out;
        },
        [&entities = entities_](const auto& due) {
          if (due)
            for (const auto& [id, kind] : *due)
              entities.tell(kind, id, caf::make_message(wake{}));
        });
      delayed_send(this, std::chrono::seconds{1}, wake{});
    }};
  }

private:
  const database& db_;
  cluster::router& entities_;
};

} // namespace

caf::actor start_deadline_sweeper(caf::actor_system& system, const database& db, cluster::router& entities) {
  return system.spawn<deadline_sweeper>(&db, &entities);
}

} // namespace ainft::persistence
