#include "persistence/parked_events.hpp"

#include "persistence/journal_reader.hpp"

#include <spdlog/spdlog.h>

namespace ainft::persistence {

using namespace runtime;

namespace {

/// Events as three arrays: keys, entities, sequences.
struct event_arrays {
  array_text keys, entities, sequences;

  explicit event_arrays(const std::vector<parked_event>& of) {
    for (const auto& e : of) {
      keys.add(e.key.str());
      entities.add(e.entity.str());
      sequences.add(std::to_string(e.sequence));
    }
  }
};

/// Removes the key if it has no more events. Returns whether the key is still parked.
bool still_waits(session& db, pqxx::work& tx, const std::string& follower, const uuid& key) {
  static constexpr statement forget{"parked_forget", R"sql(
    delete from follower_parked_keys k where follower = $1 and key = $2
      and not exists (select 1 from follower_parked_events e where e.follower = k.follower and e.key = k.key))sql"};
  static constexpr statement look{"parked_look", "select 1 from follower_parked_keys where follower = $1 and key = $2"};
  const parameters of{follower, key.str()};
  db.run(tx, forget, of);
  return !db.run(tx, look, of).empty();
}

} // namespace

void park(session& db, const park_events& what) {
  static constexpr statement keys{"parked_keys_insert", R"sql(
    insert into follower_parked_keys (follower, key, reason, attempts, next_attempt_at)
    select $1, key, $3, $4::int, now() + $5::int * interval '1 second' from unnest($2::uuid[]) key
    on conflict do nothing)sql"};
  // Their place is that in the journal. After a restart, a follower can park an event again that a retry has handled,
  // while the events after it still wait: it must come before them again.
  static constexpr statement events{"parked_events_insert", R"sql(
    insert into follower_parked_events (follower, key, entity_id, sequence, place) overriding system value
    select $1, e.key, e.entity_id, e.sequence, j.position
    from unnest($2::uuid[], $3::uuid[], $4::bigint[]) e (key, entity_id, sequence)
    join journal j on j.entity_id = e.entity_id and j.sequence = e.sequence
    on conflict do nothing)sql"};
  if (what.events.empty())
    return;
  event_arrays arrays{what.events};
  const auto all_keys = arrays.keys.take();
  pqxx::work tx{db.open()};
  db.run(tx, keys, parameters{what.follower, all_keys, what.failed, what.attempts, what.failed.empty() ? 0 : 1});
  db.run(tx, events, parameters{what.follower, all_keys, arrays.entities.take(), arrays.sequences.take()});
  tx.commit();
  if (!what.failed.empty())
    spdlog::error("the follower {} parked the key {}: event {} of {}: {}", what.follower, what.events.front().key.str(),
                  what.events.front().sequence, what.events.front().entity.str(), what.failed);
}

parked_keys find_parked(session& db, const list_parked& of) {
  static constexpr statement select{"parked_keys", "select key from follower_parked_keys where follower = $1"};
  parked_keys out;
  for (const auto& row : db.run(select, parameters{of.follower}))
    out.keys.push_back(read_uuid(row[0]));
  return out;
}

due_parked find_due(session& db, const find_due_parked& wanted) {
  static constexpr statement select{"parked_due", R"sql(
    select k.key, j.transaction::text, j.position, j.kind, j.entity_id, j.sequence, j.type, j.version, j.payload, j.at,
      j.audience
    from (select key, next_attempt_at from follower_parked_keys where follower = $1 and next_attempt_at <= now()
          order by next_attempt_at, key limit $2) k
    cross join lateral (select entity_id, sequence, place from follower_parked_events e
      where e.follower = $1 and e.key = k.key
                        order by place limit $3) e
    join journal j on j.entity_id = e.entity_id and j.sequence = e.sequence
    order by k.next_attempt_at, k.key, e.place)sql"};
  due_parked out;
  for (const auto& row : db.run(select, parameters{wanted.follower, wanted.keys, wanted.events})) {
    const auto key = read_uuid(row[0]);
    if (out.all.empty() || out.all.back().key != key)
      out.all.push_back({key, {}});
    out.all.back().events.push_back(read_followed(row, 1));
  }
  return out;
}

parked_key_left settle(session& db, const settle_parked& done) {
  static constexpr statement handled{"parked_handled", R"sql(
    delete from follower_parked_events e using unnest($2::uuid[], $3::bigint[]) h (entity_id, sequence)
    where e.follower = $1 and e.entity_id = h.entity_id and e.sequence = h.sequence)sql"};
  static constexpr statement progressed{"parked_progressed", R"sql(
    update follower_parked_keys set attempts = 0, next_attempt_at = now() where follower = $1 and key = $2)sql"};
  // If an operator has dropped the event meanwhile, the next event is due and stays unchanged.
  static constexpr statement failed{"parked_failed", R"sql(
    update follower_parked_keys k
    set attempts = attempts + 1, reason = $5, next_attempt_at = now()
      + least(power(2, least(attempts, 20)) * interval '1 second', $6::bigint * interval '1 ms')
    where follower = $1 and key = $2
      and ($3::uuid, $4::bigint) = (select e.entity_id, e.sequence from follower_parked_events e
                                    where e.follower = $1 and e.key = $2 order by e.place limit 1))sql"};
  pqxx::work tx{db.open()};
  if (!done.handled.empty()) {
    event_arrays arrays{done.handled};
    db.run(tx, handled, parameters{done.follower, arrays.entities.take(), arrays.sequences.take()});
    db.run(tx, progressed, parameters{done.follower, done.key.str()});
  }
  if (done.failing)
    db.run(tx, failed,
           parameters{done.follower, done.key.str(), done.failing->entity.str(), done.failing->sequence, done.failed,
                      done.longest_pause.count()});
  const parked_key_left out{true, still_waits(db, tx, done.follower, done.key)};
  tx.commit();
  if (!out.is_parked)
    spdlog::info("the follower {} handled all parked events of the key {}", done.follower, done.key.str());
  return out;
}

namespace {

constexpr statement make_due{"parked_make_due", R"sql(
  update follower_parked_keys set attempts = 0, next_attempt_at = now() where follower = $1 and key = $2
  returning 1)sql"};

} // namespace

parked_key_left release(session& db, const release_parked& what) {
  const bool found = !db.run(make_due, parameters{what.follower, what.key.str()}).empty();
  return {found, found};
}

parked_key_left skip(session& db, const skip_parked& what) {
  static constexpr statement drop{"parked_drop_first", R"sql(
    delete from follower_parked_events e using (select entity_id, sequence from follower_parked_events
                                                where follower = $1 and key = $2 order by place limit 1) f
    where e.follower = $1 and e.entity_id = f.entity_id and e.sequence = f.sequence)sql"};
  const parameters of{what.follower, what.key.str()};
  pqxx::work tx{db.open()};
  if (db.run(tx, make_due, of).empty())
    return {};
  db.run(tx, drop, of);
  const parked_key_left out{true, still_waits(db, tx, what.follower, what.key)};
  tx.commit();
  return out;
}

void rewind_cursor(session& db, const store_cursor& to) {
  static constexpr statement store{"rewind_cursor", R"sql(
    insert into follower_cursors (follower, transaction, position) values ($1, $2, $3)
    on conflict (follower) do update set transaction = excluded.transaction, position = excluded.position,
      stored_at = now())sql"};
  static constexpr statement drop{"rewind_parked", R"sql(
    delete from follower_parked_events e using journal j
    where e.follower = $1 and j.entity_id = e.entity_id and j.sequence = e.sequence
      and (j.transaction, j.position) > ($2::xid8, $3::bigint))sql"};
  static constexpr statement forget{"rewind_parked_keys", R"sql(
    delete from follower_parked_keys k where follower = $1
      and not exists (select 1 from follower_parked_events e where e.follower = k.follower and e.key = k.key))sql"};
  const parameters place{to.follower, to.cursor.transaction, to.cursor.position};
  pqxx::work tx{db.open()};
  db.run(tx, store, place);
  db.run(tx, drop, place);
  db.run(tx, forget, parameters{to.follower});
  tx.commit();
}

} // namespace ainft::persistence
