#include "persistence/journal_reader.hpp"

#include "persistence/parked_events.hpp"
#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>

#include <spdlog/spdlog.h>

namespace ainft::persistence {

namespace {

using namespace runtime;

// For each requested entity ($1 ids, $2 versions of the state's form, $3 kinds): its latest snapshot, as a row without
// a type, and the events after it. `offset 0` forces a lookup by key for each entity, whatever table sizes the planner
// assumes.
constexpr statement find_entities{"reader_entities", R"sql(
  with wanted as materialized (
    select n, entity, state_version, kind
    from unnest($1::uuid[], $2::int[], $3::text[]) with ordinality w(entity, state_version, kind, n)),
  latest as materialized (
    select n, sequence, state
    from wanted w cross join lateral (
      select sequence, state from snapshots
      where entity_id = w.entity and state_version = w.state_version
        and (select kind from journal where entity_id = w.entity and sequence = 1) = w.kind offset 0) s)
  select n, null::uuid, sequence, null, null, state, null, null from latest
  union all
  select w.n, j.* from wanted w left join latest l using (n) cross join lateral (
    select entity_id, sequence, type, version, payload, at, audience from journal
    where entity_id = w.entity and sequence > coalesce(l.sequence, 0) and kind = w.kind offset 0) j
  order by 1, 3)sql"};

/// Maximum number of entities that one statement loads.
constexpr size_t max_loads_at_once = 100;

// Rows below the horizon are complete: no open transaction can still write there. The statement scans at most $7 rows,
// so that a reader of rare events gets through a long journal in short statements. Each result row has the last scanned
// place and whether $7 rows were scanned. Without types ($3 and $5 null), all events match: a check of each row's type
// costs more than reading the row.
constexpr statement find_slice{"reader_slice", R"sql(
  with horizon as materialized (select journal_horizon() as upto),
  last as materialized (
    (select transaction, position, true as is_full from journal
     where (transaction, position) > ($1::xid8, $2::bigint) and transaction < (select upto from horizon)
     order by transaction, position offset $7 - 1 limit 1)
    union all
    (select transaction, position, false from journal
     where (transaction, position) > ($1::xid8, $2::bigint) and transaction < (select upto from horizon)
     order by transaction desc, position desc limit 1)
    order by is_full desc limit 1)
  select j.transaction::text, j.position, j.kind, j.entity_id, j.sequence, j.type, j.version, j.payload, j.at,
         j.audience, last.transaction::text, last.position, last.is_full
  from last left join lateral (
    select * from journal j
    where (j.transaction, j.position) > ($1::xid8, $2::bigint)
      and (j.transaction, j.position) <= (last.transaction, last.position)
      and ($5::text[] is null or (j.type = any ($5::text[]) and j.kind || '.' || j.type = any ($3::text[]))
           or ($6::text[] is not null and j.kind || '.' || j.type not in (select unnest($6::text[]))))
    order by j.transaction, j.position limit $4) j on true
  order by j.transaction, j.position)sql"};

/// Maximum number of journal rows that one statement scans for matching events.
constexpr size_t most_looked_through = 2000;

constexpr statement find_cursor{"reader_cursor",
                                "select transaction::text, position from follower_cursors where follower = $1"};

constexpr statement put_cursor{"reader_store_cursor", R"sql(
  insert into follower_cursors (follower, transaction, position) values ($1, $2, $3)
  on conflict (follower) do update set transaction = excluded.transaction, position = excluded.position,
    stored_at = now()
  where (follower_cursors.transaction, follower_cursors.position) < (excluded.transaction, excluded.position))sql"};

committed_event read_event(const pqxx::row& row, pqxx::row::size_type from) {
  return {read_uuid(row[from]),  row[from + 1].as<uint64_t>(), row[from + 2].c_str(),    row[from + 3].as<uint16_t>(),
          row[from + 4].c_str(), read_time(row[from + 5]),     read_uuids(row[from + 6])};
}

/// An array parameter; null if there are no texts.
std::optional<std::string> array_of(const std::vector<std::string>& texts) {
  array_text out;
  for (const auto& t : texts)
    out.add(t);
  return texts.empty() ? std::nullopt : std::optional{out.take()};
}

class journal_reader final : public caf::event_based_actor {
public:
  journal_reader(caf::actor_config& cfg, const std::string& url, std::optional<std::string> known)
    : caf::event_based_actor(cfg), db_{url}, known_{std::move(known)} {}

  const char* name() const override { return "ainft.journal_reader"; }

  caf::behavior make_behavior() override {
    return {
      [this](load& l) {
        auto promise = make_response_promise<loaded>();
        loads_.push_back({l, promise});
        if (loads_.size() == 1)
          send(this, wake{}); // load everything that is in the mailbox before this message in one batch
        if (loads_.size() == max_loads_at_once)
          load_all();
        return promise;
      },
      [this](const wake&) { load_all(); },
      [this](const read_journal& r) { return answer([&] { return on_read(r); }); },
      [this](const load_cursor& l) { return answer([&] { return on_load_cursor(l); }); },
      [this](const store_cursor& s) {
        return answer([&] {
          if (s.backwards)
            rewind_cursor(db_, s);
          else
            db_.run(put_cursor, parameters{s.follower, s.cursor.transaction, s.cursor.position});
          return s.cursor;
        });
      },
      [this](const park_events& p) {
        return answer([&] {
          park(db_, p);
          return true;
        });
      },
      [this](const list_parked& l) { return answer([&] { return find_parked(db_, l); }); },
      [this](const find_due_parked& f) { return answer([&] { return find_due(db_, f); }); },
      [this](const settle_parked& d) { return answer([&] { return settle(db_, d); }); },
      [this](const release_parked& r) { return answer([&] { return release(db_, r); }); },
      [this](const skip_parked& d) { return answer([&] { return persistence::skip(db_, d); }); },
      [this](const read_job& job) { on_job(job); },
    };
  }

private:
  /// Runs `f`, and runs it once more on a new connection if the old one broke.
  template <class F>
  auto answered(F f) -> result<decltype(f())> {
    for (int attempt = 0;; ++attempt)
      try {
        return f();
      } catch (const pqxx::broken_connection& e) {
        db_.drop();
        if (attempt == 1) {
          spdlog::warn("journal reader: cannot connect to the database: {}", e.what());
          return refuse(errc::unavailable, "the database does not respond");
        }
      } catch (const std::exception& e) {
        spdlog::error("journal reader: {}", e.what());
        return refuse(errc::unavailable, "the database read failed");
      }
  }

  template <class F>
  auto answer(F f) -> caf::result<decltype(f())> {
    auto got = answered(f);
    if (got)
      return std::move(*got);
    return got.error();
  }

  struct waiting_load {
    load wanted;
    caf::typed_response_promise<loaded> promise;
  };

  void load_all() {
    auto batch = std::exchange(loads_, {});
    if (batch.empty())
      return;
    auto found = answered([&] { return find_together(batch); });
    for (size_t i = 0; i < batch.size(); ++i) {
      auto one = found ? std::move((*found)[i]) : result<loaded>{found.error()};
      if (one)
        batch[i].promise.deliver(std::move(*one));
      else
        batch[i].promise.deliver(one.error());
    }
  }

  /// One entity that cannot be read must not fail the others: in that case, it reads each entity alone.
  std::vector<result<loaded>> find_together(std::span<const waiting_load> batch) {
    try {
      return find(batch);
    } catch (const pqxx::broken_connection&) {
      throw;
    } catch (const std::exception&) {
      if (batch.size() == 1)
        throw;
    }
    std::vector<result<loaded>> out;
    for (const auto& one : batch)
      out.push_back(answered([&] { return std::move(*find({&one, 1}).front()); }));
    return out;
  }

  std::vector<result<loaded>> find(std::span<const waiting_load> batch) {
    array_text ids, versions, kinds;
    for (const auto& w : batch) {
      ids.add(w.wanted.entity.str());
      versions.add(std::to_string(w.wanted.state_version));
      kinds.add(std::string{w.wanted.kind});
    }
    std::vector<result<loaded>> out(batch.size(), loaded{});
    for (const auto& row : db_.run(find_entities, parameters{ids.take(), versions.take(), kinds.take()})) {
      const auto nth = row[0].as<size_t>() - 1;
      if (row[3].is_null())
        out[nth]->state = snapshot{row[2].as<uint64_t>(), batch[nth].wanted.state_version, row[5].c_str()};
      else
        out[nth]->events.push_back(read_event(row, 1));
    }
    return out;
  }

  pqxx::result find(const read_journal& r) {
    std::vector<std::string> types; // most rows do not match, and a check of the type alone is faster
    types.reserve(r.event_types.size());
    for (const auto& i : r.event_types)
      types.push_back(i.substr(i.find('.') + 1));
    return db_.run(find_slice,
                   parameters{r.after.transaction, r.after.position, array_of(r.event_types), r.limit, array_of(types),
                              known_, r.event_types.empty() ? r.limit : std::max(r.limit, most_looked_through)});
  }

  journal_slice on_read(const read_journal& r) {
    journal_slice out{{}, r.after};
    const auto found = find(r);
    for (const auto& row : found)
      if (!row[0].is_null())
        out.events.push_back(read_followed(row, 0));
    if (out.events.size() == r.limit) {
      out.upto = out.events.back().at;
      out.more = true;
    } else if (!found.empty()) {
      out.upto = {found[0][10].as<uint64_t>(), found[0][11].as<uint64_t>()};
      out.more = found[0][12].as<bool>();
    }
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
      spdlog::warn("journal reader: cannot connect to the database: {}", e.what());
      db_.drop();
      return void(guarded("query", [&] { job.run(refuse(errc::unavailable, "the database does not respond")); }));
    }
    // An exception in the caller's code must not end the reader, which the whole node needs.
    guarded("query", [&] { job.run(&db_); });
  }

  session db_;
  std::optional<std::string> known_; ///< events, as a parameter
  std::vector<waiting_load> loads_;
};

} // namespace

followed_event read_followed(const pqxx::row& row, pqxx::row::size_type from) {
  return {{row[from].as<uint64_t>(), row[from + 1].as<uint64_t>()}, row[from + 2].c_str(), read_event(row, from + 3)};
}

std::vector<followed_event> events_between(session& db, const uuid& entity, uint64_t after, uint64_t upto) {
  static constexpr statement select{"reader_events_between", R"sql(
    select transaction::text, position, kind, entity_id, sequence, type, version, payload, at, audience from journal
    where entity_id = $1 and sequence > $2 and sequence <= $3 order by sequence limit 500)sql"};
  std::vector<followed_event> out;
  for (const auto& row : db.run(select, parameters{entity.str(), after, upto}))
    out.push_back(read_followed(row, 0));
  return out;
}

journal_cursor cursor_before_last(session& db, uint64_t count) {
  // Qualified, to sort by the column: the output has the text of it under the same name.
  static constexpr statement select{"reader_before_last", R"sql(
    select transaction::text, position from journal where transaction < (select journal_horizon())
    order by journal.transaction desc, position desc offset $1 limit 1)sql"};
  const auto found = db.run(select, parameters{count});
  return found.empty() ? journal_cursor{} : journal_cursor{found[0][0].as<uint64_t>(), found[0][1].as<uint64_t>()};
}

bool is_place(session& db, const journal_cursor& at) {
  static constexpr statement select{"reader_is_place",
                                    "select 1 from journal where transaction = $1::xid8 and position = $2"};
  return at == journal_cursor{} || !db.run(select, parameters{at.transaction, at.position}).empty();
}

caf::actor start_journal_reader(caf::actor_system& system, std::string url, const std::vector<std::string>& known) {
  return system.spawn<journal_reader, caf::detached>(std::move(url), array_of(known));
}

} // namespace ainft::persistence
