#include "actors/realtime/recovery.hpp"

#include "actors/realtime/protocol.hpp"
#include "persistence/journal_reader.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

namespace ainft::realtime {

using namespace persistence;
using runtime::errc;

namespace {

constexpr statement put_clients{"realtime_put", R"sql(
  insert into realtime_clients (pid, user_id, rooms, touched_at)
  select pid, user_id, rooms, now() from unnest($1::text[], $2::uuid[], $3::json[]) as n (pid, user_id, rooms)
  on conflict (pid) do update set user_id = excluded.user_id, rooms = excluded.rooms, touched_at = now())sql"};

constexpr statement touch_clients{"realtime_touch",
                                  "update realtime_clients set touched_at = now() where pid = any ($1::text[])"};

constexpr statement erase_clients{"realtime_erase", "delete from realtime_clients where pid = any ($1::text[])"};

constexpr statement sweep_clients{"realtime_sweep", R"sql(
  delete from realtime_clients where pid in (
    select pid from realtime_clients where touched_at < now() - make_interval(secs => $1)
    order by touched_at limit 10000))sql"};

/// The new content of a client's row; std::nullopt in `pending_` deletes the row.
struct row {
  std::string user;
  std::string subscriptions;
};

/// Collects changes while it writes, and writes them in one transaction. Only the last change of each client counts.
class client_writer final : public caf::event_based_actor {
public:
  client_writer(caf::actor_config& cfg, const std::string& url, std::chrono::seconds window)
    : caf::event_based_actor(cfg), db_{url}, window_{window} {}

  const char* name() const override { return "ainft.client_writer"; }

  caf::behavior make_behavior() override {
    run_delayed(window_ / 4, [this] { keep_alive(); });
    return {
      [this](put_client& p) {
        live_.insert(p.pid);
        pending_[p.pid] = row{p.user.str(), std::move(p.subscriptions)};
        if (p.then)
          waiting_.push_back(std::move(p.then));
        flush_later();
      },
      [this](const release_client& r) {
        live_.erase(r.pid);
        released_.insert(r.pid);
        flush_later();
      },
      [this](const erase_client& e) {
        live_.erase(e.pid);
        pending_[e.pid] = std::nullopt;
        flush_later();
      },
      [this](const runtime::wake&) { flush(); },
    };
  }

private:
  /// Messages that are already in the mailbox before this one get into the same transaction.
  void flush_later() {
    if (!std::exchange(flushing_, true))
      send(this, runtime::wake{});
  }

  void flush() {
    flushing_ = false;
    const auto rows = std::exchange(pending_, {});
    const auto waiting = std::exchange(waiting_, {});
    const auto released = std::exchange(released_, {});
    const bool done = attempt([&](pqxx::work& tx) {
      write(tx, rows);
      if (!released.empty())
        touch(tx, released);
    });
    for (const auto& then : waiting)
      then(done ? runtime::result<caf::unit_t>{caf::unit}
                : runtime::refuse(errc::unavailable, "the database does not respond"));
  }

  void write(pqxx::work& tx, const std::unordered_map<std::string, std::optional<row>>& rows) {
    array_text pids, users, subscriptions, erased;
    size_t puts = 0;
    for (const auto& [pid, r] : rows)
      if (r) {
        pids.add(pid);
        users.add(r->user);
        subscriptions.add(r->subscriptions);
        ++puts;
      } else {
        erased.add(pid);
      }
    if (puts > 0)
      db_.run(tx, put_clients, parameters{pids.take(), users.take(), subscriptions.take()});
    if (puts < rows.size())
      db_.run(tx, erase_clients, parameters{erased.take()});
  }

  /// Extends the rows of connected clients, and deletes the rows of clients that did not come back in time.
  void keep_alive() {
    (void)attempt([&](pqxx::work& tx) {
      touch(tx, live_);
      db_.run(tx, sweep_clients, parameters{window_.count()});
    });
    run_delayed(window_ / 4, [this] { keep_alive(); });
  }

  void touch(pqxx::work& tx, const std::unordered_set<std::string>& clients) {
    array_text pids;
    for (const auto& pid : clients)
      pids.add(pid);
    db_.run(tx, touch_clients, parameters{pids.take()});
  }

  template <class F>
  bool attempt(F f) {
    try {
      pqxx::work tx{db_.open()};
      f(tx);
      tx.commit();
      return true;
    } catch (const std::exception& e) {
      spdlog::warn("realtime clients: {}", e.what());
      db_.drop();
      return false;
    }
  }

  persistence::session db_;
  std::chrono::seconds window_;
  std::unordered_map<std::string, std::optional<row>> pending_;
  std::vector<client_store::written> waiting_;
  std::unordered_set<std::string> released_, live_;
  bool flushing_ = false;
};

} // namespace

client_store::client_store(caf::actor_system& system, std::string postgres_url, std::chrono::seconds window)
  : writer_{system.spawn<client_writer, caf::detached>(std::move(postgres_url), window)} {}

void client_store::put(const std::string& pid, const runtime::uuid& user,
                       const std::vector<subscriber::subscription>& subscriptions, written then) {
  caf::anon_send(writer_, put_client{pid, user, subscriptions_json(subscriptions), std::move(then)});
}

void client_store::release(const std::string& pid) { caf::anon_send(writer_, release_client{pid}); }

void client_store::erase(const std::string& pid) { caf::anon_send(writer_, erase_client{pid}); }

void client_store::stop() { caf::anon_send_exit(writer_, caf::exit_reason::user_shutdown); }

std::optional<remembered_client> client_store::find(persistence::session& db, const std::string& pid,
                                                    const runtime::uuid& user, const runtime::journal_cursor& at) {
  static constexpr statement select{"realtime_find",
                                    "select rooms from realtime_clients where pid = $1 and user_id = $2"};
  const auto found = db.run(select, parameters{pid, user});
  if (found.empty() || !is_place(db, at))
    return std::nullopt;
  auto subscriptions = parse_subscriptions(found[0][0].c_str());
  if (!subscriptions)
    return std::nullopt;
  return remembered_client{user, std::move(*subscriptions)};
}

std::string subscriptions_json(const std::vector<subscriber::subscription>& subscriptions) {
  auto out = nlohmann::json::array();
  for (const auto& s : subscriptions)
    out.push_back({s.room.str(), cursor_text(s.from), s.known});
  return out.dump();
}

std::optional<std::vector<subscriber::subscription>> parse_subscriptions(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array())
    return std::nullopt;
  std::vector<subscriber::subscription> out;
  for (const auto& s : json) {
    if (!s.is_array() || s.size() != 3 || !s[0].is_string() || !s[1].is_string() || !s[2].is_number_unsigned())
      return std::nullopt;
    const auto r = room::parse(s[0].get_ref<const std::string&>());
    const auto from = parse_cursor(s[1].get_ref<const std::string&>());
    if (!r || !from)
      return std::nullopt;
    out.push_back({*r, *from, s[2].get<uint64_t>()});
  }
  return out;
}

} // namespace ainft::realtime
