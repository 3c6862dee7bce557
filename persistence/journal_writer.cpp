#include "persistence/journal_writer.hpp"

#include "persistence/pipeline.hpp"
#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/histogram.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>

namespace ainft::persistence {

namespace {

using namespace runtime;

// The first event of each append must follow an existing event of the entity. This is a scalar subquery and not EXISTS,
// which the planner may execute by hashing the whole journal. All audiences are one array, and each row has a slice of
// it: PostgreSQL would parse one array text per row twice. The transaction's place in the order is computed once.
constexpr statement insert_events{"journal_insert", R"sql(
  insert into journal (entity_id, sequence, kind, type, version, payload, at, actor_id, audience, transaction)
  select n.entity_id, n.sequence, n.kind, n.type, n.version, n.payload, n.at, n.actor_id,
         ($12::uuid[])[n.audience_from:n.audience_to], (select journal_transaction())
  from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::json[], $7::timestamptz[],
              $8::uuid[], $9::boolean[], $10::int[], $11::int[])
    as n (entity_id, sequence, kind, type, version, payload, at, actor_id, is_first, audience_from, audience_to)
  where not n.is_first or n.sequence = 1
     or coalesce((select true from journal j where j.entity_id = n.entity_id and j.sequence = n.sequence - 1),
                 refuse_append('order')))sql"};

constexpr statement store_snapshots{"journal_snapshots", R"sql(
  insert into snapshots (entity_id, sequence, state_version, state)
  select * from unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::json[])
  on conflict (entity_id) do update set sequence = excluded.sequence, state_version = excluded.state_version,
    state = excluded.state where snapshots.sequence < excluded.sequence)sql"};

constexpr statement store_deadlines{"journal_deadlines", R"sql(
  insert into deadlines (entity_id, kind, due_at) select * from unnest($1::uuid[], $2::text[], $3::timestamptz[])
  on conflict (entity_id) do update set due_at = excluded.due_at)sql"};

constexpr statement clear_deadlines{"journal_clear_deadlines",
                                    "delete from deadlines where entity_id = any ($1::uuid[])"};

constexpr statement complete_idempotency{"journal_idempotency", R"sql(
  with answered as (
    update idempotency i set status = n.status, body = n.body
    from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::uuid[]) as n (user_id, key, status, body,
      reserved)
    where i.user_id = n.user_id and i.key = n.key and i.status is null
      and i.entity_id = coalesce(n.reserved, i.entity_id)
    returning 1)
  select count(*) = cardinality($1::uuid[]) or refuse_append('answered') from answered)sql"};

/// Limits the statements of the transaction. Must be its first statement.
constexpr statement limit_statements{"journal_limit", "select set_config('statement_timeout', $1, true)"};

/// SQLSTATEs that refuse_append() in the migrations raises.
constexpr std::string_view order_broken = "AN001", already_answered = "AN002";
/// SQLSTATE query_canceled (PostgreSQL's documentation, appendix A): a statement exceeded statement_timeout.
constexpr std::string_view took_too_long = "57014";

// The writer reads rows only by key. With these settings, a plan made for a small table does not scan the table later.
const std::string by_key_only = "set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; "
                                "set enable_mergejoin = off; set statement_timeout = ";

// A new connection can lead to another server, a promoted standby. Its journal must continue in order.
constexpr auto in_order = "; select journal_continue()";

/// The rows of one statement, column by column.
class columns {
public:
  explicit columns(size_t count) : columns_(count) {}

  void add(std::vector<std::optional<std::string>> row) {
    for (size_t i = 0; i < columns_.size(); ++i)
      columns_[i].add(i < row.size() ? row[i] : std::nullopt);
    ++rows_;
  }

  [[nodiscard]] size_t rows() const noexcept { return rows_; }

  [[nodiscard]] parameters take() {
    parameters out;
    for (auto& c : columns_)
      out.add(c.take());
    return out;
  }

private:
  std::vector<array_text> columns_;
  size_t rows_ = 0;
};

struct waiting {
  append what;
  caf::typed_response_promise<caf::unit_t> promise;
};

/// The last sequence of each entity that this writer has written. The journal is append-only, so that a written event
/// need not be looked up again.
class known_ends {
public:
  [[nodiscard]] bool ends_before(const append& a) const {
    const auto it = ends_.find(a.entity);
    return it != ends_.end() && it->second + 1 == a.first_sequence;
  }

  void wrote(const append& a) {
    if (ends_.size() >= limit)
      ends_.clear();
    ends_[a.entity] = a.first_sequence + a.events.size() - 1;
  }

private:
  static constexpr size_t limit = 100'000;
  std::unordered_map<uuid, uint64_t> ends_;
};

void insert(pipeline& db, std::span<waiting*> batch, const known_ends& ends) {
  columns events{11};
  array_text audiences;
  size_t named = 0;
  std::unordered_map<uuid, uint64_t> next;
  for (auto* w : batch) {
    const auto& a = w->what;
    const auto id = a.entity.str();
    const auto at = a.at.str();
    const auto actor = a.actor ? std::optional{a.actor->str()} : std::nullopt;
    for (size_t i = 0; i < a.events.size(); ++i) {
      const auto& e = a.events[i];
      // A later append of the same entity in this batch follows rows that the statement cannot see yet.
      const bool follows =
        i > 0 || (next.contains(a.entity) ? next[a.entity] == a.first_sequence : ends.ends_before(a));
      const auto before = named;
      for (const auto& who : e.audience)
        audiences.add(who.str());
      named += e.audience.size();
      events.add({id, std::to_string(a.first_sequence + i), std::string{a.kind}, std::string{e.type},
                  std::to_string(e.version), e.payload, at, actor, follows ? "f" : "t", std::to_string(before + 1),
                  std::to_string(named)});
    }
    next[a.entity] = a.first_sequence + a.events.size();
  }
  if (events.rows() > 0)
    db.add(insert_events, std::move(events.take().add(audiences.take())));
}

void project(pipeline& db, std::span<waiting*> batch) {
  // Groups rows by statement, in the order of first appearance. Of several rows with the same key, keeps the last.
  struct group {
    const write_statement* statement;
    std::vector<row_write*> rows;
    std::unordered_map<uuid, size_t> at;
  };
  std::vector<group> groups;
  for (auto* w : batch)
    for (auto& row : w->what.rows) {
      auto g = std::find_if(groups.begin(), groups.end(), [&](auto& x) { return x.statement == row.statement; });
      if (g == groups.end())
        g = groups.insert(groups.end(), group{row.statement, {}, {}});
      if (row.key) {
        if (auto [it, fresh] = g->at.try_emplace(*row.key, g->rows.size()); !fresh) {
          g->rows[it->second] = &row;
          continue;
        }
      }
      g->rows.push_back(&row);
    }
  for (auto& g : groups) {
    columns rows{g.statement->columns};
    for (auto* row : g.rows)
      rows.add(row->values);
    db.add({g.statement->name, g.statement->sql}, rows.take());
  }
}

void write_auxiliary_rows(pipeline& db, std::span<waiting*> batch) {
  std::map<uuid, const append*> deadlines, snapshots;
  columns answers{5};
  for (auto* w : batch) {
    const auto& a = w->what;
    if (a.deadline_changed)
      deadlines[a.entity] = &a;
    if (a.state)
      snapshots[a.entity] = &a;
    if (a.idempotency)
      answers.add({a.idempotency->user.str(), a.idempotency->key, std::to_string(a.idempotency->status),
                   a.idempotency->before,
                   a.idempotency->reserved ? std::optional{a.idempotency->reserved->str()} : std::nullopt});
  }
  columns states{4}, due{3}, cleared{1};
  for (auto& [id, a] : snapshots)
    states.add({id.str(), std::to_string(a->state->sequence), std::to_string(a->state->version), a->state->state});
  for (auto& [id, a] : deadlines)
    if (a->deadline)
      due.add({id.str(), std::string{a->kind}, a->deadline->str()});
    else
      cleared.add({id.str()});
  if (states.rows() > 0)
    db.add(store_snapshots, states.take());
  if (due.rows() > 0)
    db.add(store_deadlines, due.take());
  if (cleared.rows() > 0)
    db.add(clear_deadlines, cleared.take());
  if (answers.rows() > 0)
    db.add(complete_idempotency, answers.take());
}

class writer_actor final : public caf::event_based_actor {
public:
  writer_actor(caf::actor_config& cfg, writer_settings settings, std::shared_ptr<append_queue> queue)
    : caf::event_based_actor(cfg), settings_{std::move(settings)}, queue_{std::move(queue)},
      db_{settings_.url, by_key_only + std::to_string(settings_.write_timeout.count()) + in_order} {
    auto& metrics = system().metrics();
    static constexpr int64_t sizes[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    static constexpr double times[] = {.0005, .001, .0025, .005, .01, .025, .05, .1, .5, 1, 5};
    batch_sizes_ =
      metrics.histogram_singleton<int64_t>("ainft", "journal_batch_size", sizes, "Appends per committed transaction");
    commit_time_ = metrics.histogram_singleton<double>("ainft", "journal_commit_duration", times,
                                                       "Duration of a journal transaction", "seconds");
    commits_ = metrics.counter_singleton("ainft", "journal_commits", "Committed journal transactions", "1", true);
    appended_ = metrics.counter_singleton("ainft", "journal_events", "Committed events", "1", true);
    failed_ = metrics.counter_singleton("ainft", "journal_failed_appends",
                                        "Appends that the database could not take; without conflicts", "1", true);
  }

  const char* name() const override { return "ainft.journal_writer"; }

  caf::behavior make_behavior() override {
    return {
      [this](append& a) {
        auto promise = make_response_promise<caf::unit_t>();
        batch_.push_back({std::move(a), promise});
        // Commit everything that is in the mailbox before this message in the same transaction.
        if (batch_.size() == 1)
          send(this, wake{});
        if (batch_.size() >= settings_.max_batch)
          flush();
        return promise;
      },
      [this](const wake&) { flush(); },
    };
  }

private:
  void flush() {
    auto batch = std::exchange(batch_, {});
    if (batch.empty())
      return;
    queue_->begin(std::min_element(batch.begin(), batch.end(), [](const waiting& a, const waiting& b) {
                    return a.what.sent < b.what.sent;
                  })->what.sent);
    std::vector<waiting*> good;
    for (auto& w : batch)
      if (!is_refused(w))
        good.push_back(&w);
    if (!good.empty() && !write(good, good.size() > 1))
      for (auto* w : good) {
        waiting* one[] = {w};
        if (!is_refused(*w))
          write(one, false);
      }
    queue_->end();
  }

  /// Refuses an append of a failed incarnation, and an append that is late.
  bool is_refused(waiting& w) {
    if (failed_incarnations_.contains(w.what.incarnation)) {
      answer(w, refuse(errc::append_conflict, "an earlier change of the same entity failed; retry"));
      return true;
    }
    if (!w.what.write_before || append_queue::clock::now() < *w.what.write_before)
      return false;
    waiting* one[] = {&w};
    fail(one, too_late());
    return true;
  }

  static caf::error too_late() { return refuse(errc::unavailable, "the journal write timed out; nothing was changed"); }

  template <class T>
  void answer(waiting& w, T with) {
    queue_->leave();
    w.promise.deliver(std::move(with));
  }

  /// Returns false if the caller must split the batch.
  bool write(std::span<waiting*> batch, bool may_split) {
    try {
      commit(batch);
      for (auto* w : batch)
        answer(*w, caf::unit);
      if (settings_.after_commit)
        guarded("after_commit", settings_.after_commit);
      return true;
    } catch (const pqxx::broken_connection& e) {
      spdlog::error("journal writer: lost the connection to the database: {}", e.what());
      fail(batch, db_.was_sent()
                    ? refuse(errc::outcome_unknown, "the database did not respond; the change may have been made")
                    : refuse(errc::unavailable, "the database does not respond; nothing was changed"));
    } catch (const std::exception& e) {
      if (may_split && !was_slow(e)) // single appends would take as long
        return false;
      fail(batch, explain(e));
    }
    return true;
  }

  static bool was_slow(const std::exception& e) {
    const auto* sql = dynamic_cast<const pqxx::sql_error*>(&e);
    return sql && sql->sqlstate() == took_too_long;
  }

  /// Limits each statement to the time until the first append of the batch is late.
  void limit_time(std::span<waiting*> batch) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.write_timeout);
    for (const auto* w : batch)
      if (const auto& until = w->what.write_before)
        left =
          std::min(left, std::chrono::duration_cast<std::chrono::milliseconds>(*until - append_queue::clock::now()));
    if (left < settings_.write_timeout)
      db_.add(limit_statements, parameters{std::to_string(std::max<int64_t>(1, left.count()))});
  }

  void commit(std::span<waiting*> batch) {
    const auto begin = std::chrono::steady_clock::now();
    limit_time(batch);
    insert(db_, batch, ends_);
    project(db_, batch);
    write_auxiliary_rows(db_, batch);
    db_.commit();
    commit_time_->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    batch_sizes_->observe(static_cast<int64_t>(batch.size()));
    commits_->inc();
    for (auto* w : batch) {
      appended_->inc(static_cast<int64_t>(w->what.events.size()));
      ends_.wrote(w->what);
    }
  }

  static caf::error explain(const std::exception& e) {
    if (auto* sql = dynamic_cast<const pqxx::sql_error*>(&e)) {
      if (sql->sqlstate() == order_broken)
        return refuse(errc::append_conflict, "another node changed the entity first; retry");
      if (sql->sqlstate() == already_answered)
        return refuse(errc::idempotency_in_progress,
                      "this request already has a response; send the request again to get it");
      if (sql->sqlstate().starts_with("23"))
        return explain_violation(*sql);
      if (sql->sqlstate() == took_too_long) {
        spdlog::error("journal writer: a PostgreSQL statement timed out: {}", e.what());
        return too_late();
      }
      spdlog::error("journal writer: {}", e.what());
      return refuse(errc::unavailable, "the database write failed");
    }
    spdlog::error("journal writer: {}", e.what());
    return refuse(errc::internal, "");
  }

  void fail(std::span<waiting*> batch, const caf::error& reason) {
    const auto code = runtime::explain(reason).code;
    if (code != errc::conflict && code != errc::append_conflict) // these are part of normal operation
      failed_->inc(static_cast<int64_t>(batch.size()));
    for (auto* w : batch) {
      remember_failed(w->what.incarnation);
      answer(*w, reason);
    }
  }

  /// After a failed append, the entity returns as a new incarnation. The writer must not write the appends of the old
  /// incarnation that still arrive. They arrive soon, so a bounded memory is enough.
  void remember_failed(uint64_t incarnation) {
    if (failed_incarnations_.insert(incarnation).second)
      failed_order_.push_back(incarnation);
    if (failed_order_.size() > 100'000) {
      failed_incarnations_.erase(failed_order_.front());
      failed_order_.pop_front();
    }
  }

  writer_settings settings_;
  std::shared_ptr<append_queue> queue_;
  pipeline db_;
  known_ends ends_;
  std::vector<waiting> batch_;
  std::unordered_set<uint64_t> failed_incarnations_;
  std::deque<uint64_t> failed_order_;
  caf::telemetry::int_histogram* batch_sizes_;
  caf::telemetry::dbl_histogram* commit_time_;
  caf::telemetry::int_counter* commits_;
  caf::telemetry::int_counter* appended_;
  caf::telemetry::int_counter* failed_;
};

} // namespace

runtime::journal_writer start_journal_writer(caf::actor_system& system, writer_settings settings) {
  auto queue = std::make_shared<append_queue>(settings.queue_limit);
  return {system.spawn<writer_actor, caf::detached>(std::move(settings), queue), queue};
}

} // namespace ainft::persistence
