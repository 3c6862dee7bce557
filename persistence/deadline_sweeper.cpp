#include "persistence/deadline_sweeper.hpp"

#include <caf/event_based_actor.hpp>

namespace ainft::persistence {

namespace {

using namespace runtime;

constexpr size_t page = 1'000;
constexpr size_t most_pages = 10; ///< of newly due rows per second

class deadline_sweeper final : public caf::event_based_actor {
public:
  deadline_sweeper(caf::actor_config& cfg, const database* db, cluster::router* entities)
    : caf::event_based_actor(cfg), db_{*db}, entities_{*entities} {}

  const char* name() const override { return "ainft.deadline_sweeper"; }

  caf::behavior make_behavior() override {
    send(this, wake{});
    return {
      [this](const wake&) {
        delayed_send(this, std::chrono::seconds{1}, wake{});
        if (!std::exchange(looking_, true))
          look_at_new(most_pages);
      },
      [](const continuation& c) { c.run(); },
    };
  }

private:
  using rows = std::vector<due_row>;

  /// Wakes one page of entities that are due after `after`. Passes the end of the page and whether the page is full to
  /// `done`, or an error if the page could not be read.
  void wake_page(const due_place& after, std::function<void(result<due_place>, bool is_full)> done) {
    db_.run([after](session& db) { return find_due(db, after, page); },
            [this, self = caf::actor{this}, after, done = std::move(done)](result<rows> due) {
              caf::anon_send(
                self, continuation{[this, after, done, due = std::move(due)] {
                  if (!due)
                    return done(due.error(), false);
                  for (const auto& d : *due)
                    entities_.tell(d.kind, d.entity, caf::make_message(wake{}));
                  done(due->empty() ? after : due_place{due->back().at, due->back().entity}, due->size() == page);
                }});
            });
  }

  /// Wakes the entities after the latest row seen so far.
  void look_at_new(size_t pages) {
    wake_page(seen_, [this, pages](result<due_place> end, bool is_full) {
      if (!end)
        return finish();
      seen_ = *end;
      if (is_full && pages > 1)
        return look_at_new(pages - 1);
      look_at_old();
    });
  }

  /// Wakes one page of all due entities. After the last page, it starts again at the first.
  void look_at_old() {
    wake_page(again_, [this](result<due_place> end, bool is_full) {
      if (end)
        again_ = is_full ? *end : due_place{};
      finish();
    });
  }

  void finish() { looking_ = false; }

  const database& db_;
  cluster::router& entities_;
  due_place seen_;  ///< the latest row that was woken as newly due
  due_place again_; ///< start of the next page of all due rows
  bool looking_ = false;
};

} // namespace

// A few seconds early: a woken entity sets its own timer for the exact time.
std::vector<due_row> find_due(session& db, const due_place& after, size_t limit) {
  static constexpr statement select{"sweeper_due", R"sql(
    select due_at, entity_id, kind from due
    where due_at < now() + interval '5 seconds' and (due_at, entity_id) > ($1::timestamptz, $2::uuid)
    order by due_at, entity_id limit $3)sql"};
  std::vector<due_row> out;
  for (const auto& row : db.run(select, parameters{after.at, after.entity.str(), limit}))
    out.push_back({read_time(row[0]), read_uuid(row[1]), row[2].c_str()});
  return out;
}

caf::actor start_deadline_sweeper(caf::actor_system& system, const database& db, cluster::router& entities) {
  return system.spawn<deadline_sweeper>(&db, &entities);
}

} // namespace ainft::persistence
