#include "persistence/journal_reader.hpp"

#include <caf/event_based_actor.hpp>

#include <spdlog/spdlog.h>

namespace ainft::persistence {

namespace {

using namespace runtime;

// The latest snapshot, a row without a type, and the events after it.
constexpr statement find_entity{"reader_entity", R"sql(
  with latest as materialized (
    select sequence, state from snapshots where entity_id = $1 and state_version = $2
      and (select kind from journal where entity_id = $1 and sequence = 1) = $3)
  select $1::uuid, sequence, null, null, state, null, null from latest
  union all
  (select entity_id, sequence, type, version, payload, at, audience from journal
   where entity_id = $1 and sequence > coalesce((select sequence from latest), 0) and kind = $3 order by sequence))sql"};

// A transaction that is still open has an id at or above the snapshot's xmin: what lies below it is complete. Without types ($3 and $5
// null) all are read: to look at each row's type costs more than to read it.
constexpr statement find_slice{"reader_slice", R"sql(
  with horizon as (
    select transaction, position from journal
    where (transaction, position) > ($1::xid8, $2::bigint) and transaction < pg_snapshot_xmin(pg_current_snapshot())
    order by transaction desc, position desc limit 1)
  select j.transaction::text, j.position, j.kind, j.entity_id, j.sequence, j.type, j.version, j.payload, j.at,
         j.audience, h.transaction::text, h.position
  from horizon h left join lateral (
    select * from journal j
    where (j.transaction, j.position) > ($1::xid8, $2::bigint)
      and (j.transaction, j.position) <= (h.transaction, h.position)
      and ($5::text[] is null or (j.type = any ($5::text[]) and j.kind || '.' || j.type = any ($3::text[])))
    order by j.transaction, j.position limit $4) j on true
  order by j.transaction, j.position)sql"};

constexpr statement find_cursor{"reader_cursor",
                                "select transaction::text, position from follower_cursors where follower = $1"};

constexpr statement put_cursor{"reader_store_cursor", R"sql(
  insert into follower_cursors (follower, transaction, position) values ($1, $2, $3)
  on conflict (follower) do update set transaction = excluded.transaction, position = excluded.position, stored_at = now()
  where (follower_cursors.transaction, follower_cursors.position) < (excluded.transaction, excluded.position))sql"};

constexpr statement put_cursor_back{"reader_store_cursor_back", R"sql(
  update follower_cursors set transaction = $2, position = $3, stored_at = now() where follower = $1)sql"};

committed_event read_event(const pqxx::row& row, pqxx::row::size_type from) {
  return {read_uuid(row[from]), row[from + 1].as<uint64_t>(), row[from + 2].c_str(), row[from + 3].as<uint16_t>(),
          row[from + 4].c_str(), read_time(row[from + 5]), read_uuids(row[from + 6])};
}

class journal_reader final : public caf::event_based_actor {
public:
  journal_reader(caf::actor_config& cfg, std::string url) : caf::event_based_actor(cfg), db_{std::move(url)} {}

  const char* name() const override { return "ainft.journal_reader"; }

  caf::behavior make_behavior() override {
    return {
      [this](const load& l) { return answered([&] { return on_load(l); }); },
      [this](const read_journal& r) { return answered([&] { return on_read(r); }); },
      [this](const load_cursor& l) { return answered([&] { return on_load_cursor(l); }); },
      [this](const store_cursor& s) {
        return answered([&] {
          db_.run(s.backwards ? put_cursor_back : put_cursor, parameters{s.follower, s.cursor.transaction, s.cursor.position});
          return s.cursor;
        });
      },
      [this](const read_job& job) { on_job(job); },
    };
  }

private:
  /// Runs `f`, once more with a new connection if the old one broke.
  template <class F>
  auto answered(F f) -> caf::result<decltype(f())> {
    for (int attempt = 0;; ++attempt)
      try {
        return f();
      } catch (const pqxx::broken_connection& e) {
        db_.drop();
        if (attempt == 1) {
          spdlog::warn("journal reader: no database: {}", e.what());
          return refuse(errc::unavailable, "the database does not answer");
        }
      } catch (const std::exception& e) {
        spdlog::error("journal reader: {}", e.what());
        return refuse(errc::unavailable, "the database could not read");
      }
  }

  loaded on_load(const load& l) {
    loaded out;
    for (const auto& row : db_.run(find_entity, parameters{l.entity, l.state_version, l.kind}))
      if (row[2].is_null())
        out.state = snapshot{row[1].as<uint64_t>(), l.state_version, row[4].c_str()};
      else
        out.events.push_back(read_event(row, 0));
    return out;
  }

  pqxx::result find(const read_journal& r) {
    array_text interests, types; // most rows are passed over, and the type alone tells it sooner
    for (const auto& i : r.interests) {
      interests.add(i);
      types.add(i.substr(i.find('.') + 1));
    }
    const auto if_any = [&r](array_text& a) { return r.interests.empty() ? std::nullopt : std::optional{a.take()}; };
    return db_.run(find_slice, parameters{r.after.transaction, r.after.position, if_any(interests), r.limit, if_any(types)});
  }

  journal_slice on_read(const read_journal& r) {
    journal_slice out{{}, r.after};
    const auto found = find(r);
    for (const auto& row : found)
      if (!row[0].is_null())
        out.events.push_back({{row[0].as<uint64_t>(), row[1].as<uint64_t>()}, row[2].c_str(), read_event(row, 3)});
    if (out.events.size() == r.limit)
      out.upto = out.events.back().at;
    else if (!found.empty())
      out.upto = {found[0][10].as<uint64_t>(), found[0][11].as<uint64_t>()};
    return out;
  }

  journal_cursor on_load_cursor(const load_cursor& l) {
    const auto found = db_.run(find_cursor, parameters{l.follower});
    if (found.empty())
      return {};
    return {found[0][0].as<uint64_t>(), found[0][1].as<uint64_t>()};
  }

  void on_job(const read_job& job) {
    try {
      db_.open();
    } catch (const std::exception& e) {
      spdlog::warn("journal reader: no database: {}", e.what());
      db_.drop();
      return job.run(refuse(errc::unavailable, "the database does not answer"));
    }
    job.run(&db_);
  }

  session db_;
};

} // namespace

std::vector<followed_event> events_between(session& db, const uuid& entity, uint64_t after, uint64_t upto) {
  static constexpr statement select{"reader_events_between", R"sql(
    select transaction::text, position, kind, entity_id, sequence, type, version, payload, at, audience from journal
    where entity_id = $1 and sequence > $2 and sequence <= $3 order by sequence limit 500)sql"};
  std::vector<followed_event> out;
  for (const auto& row : db.run(select, parameters{entity.str(), after, upto}))
    out.push_back({{row[0].as<uint64_t>(), row[1].as<uint64_t>()}, row[2].c_str(), read_event(row, 3)});
  return out;
}

journal_cursor cursor_before_last(session& db, uint64_t count) {
  static constexpr statement select{"reader_before_last", R"sql(
    select transaction::text, position from journal where transaction < pg_snapshot_xmin(pg_current_snapshot())
    order by transaction desc, position desc offset $1 limit 1)sql"};
  const auto found = db.run(select, parameters{count});
  return found.empty() ? journal_cursor{} : journal_cursor{found[0][0].as<uint64_t>(), found[0][1].as<uint64_t>()};
}

caf::actor start_journal_reader(caf::actor_system& system, std::string url) {
  return system.spawn<journal_reader, caf::detached>(std::move(url));
}

} // namespace ainft::persistence
