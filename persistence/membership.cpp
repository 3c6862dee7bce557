#include "persistence/membership.hpp"

#include "persistence/session.hpp"
#include "runtime/guard.hpp"

#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace ainft::persistence {

namespace {

using namespace runtime;
using namespace runtime::cluster;
using std::chrono::milliseconds;
using steady = local_shards::clock;

constexpr milliseconds settle_look{15}; ///< interval of checks while this node settles
constexpr milliseconds retry_after{200};

std::string interval(milliseconds t) { return std::to_string(t.count()) + " milliseconds"; }

std::vector<role> read_roles(const pqxx::field& array) {
  using juncture = pqxx::array_parser::juncture;
  std::vector<role> out;
  pqxx::array_parser parser{array.c_str()};
  for (auto item = parser.get_next(); item.first != juncture::done; item = parser.get_next())
    if (item.first == juncture::string_value)
      if (const auto r = enum_from<role>(item.second))
        out.push_back(*r);
  return out;
}

member read_member(const pqxx::row& row) {
  member m;
  m.node = read_uuid(row[0]);
  m.name = row[1].c_str();
  m.host = row[2].c_str();
  m.port = row[3].as<uint16_t>();
  m.roles = read_roles(row[4]);
  m.at = read_value<standing>(row[5]);
  m.joined_epoch = row[6].as<uint64_t>();
  m.settled_epoch = row[7].as<uint64_t>();
  m.started_at = read_time(row[8]);
  m.http_url = row[9].c_str();
  m.version = row[10].c_str();
  return m;
}

} // namespace

class membership_keeper::impl {
public:
  impl(local_shards& self, membership_settings settings)
    : shards_{self}, settings_{std::move(settings)},
      db_{noticing_within(settings_.url, settings_.lease / 2),
          "set synchronous_commit = off; listen ainft_cluster; set statement_timeout = '"
            + std::to_string(settings_.lease.count()) + "ms'"},
      poke_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}

  ~impl() {
    stop();
    ::close(poke_);
  }

  void join(uint16_t port) {
    static constexpr statement ask{"cluster_join",
                                   "select cluster_join($1, $2, $3, $4, $5::text[], $6, $7, $8::interval)"};
    auto& m = settings_.self;
    m.port = port;
    array_text roles;
    for (const auto r : m.roles)
      roles.add(std::string{name_of(r)});
    const auto before = steady::now();
    db_.run(ask,
            parameters{m.node, m.name, m.host, m.port, roles.take(), m.http_url, m.version, interval(settings_.lease)});
    shards_.extend_lease(before + settings_.lease);
    shards_.adopt(read());
  }

  void start() {
    thread_ = std::thread{[this] { run(); }};
  }

  void refresh() noexcept {
    const uint64_t one = 1;
    (void)!write(poke_, &one, sizeof one);
  }

  void suspect(const uuid& node, bool is_suspected) {
    std::lock_guard guard{mutex_};
    if (is_suspected)
      suspects_.insert(node);
    else
      suspects_.erase(node);
  }

  void begin_leaving() {
    {
      std::lock_guard guard{mutex_};
      leaving_ = true;
    }
    refresh();
  }

  void leave(milliseconds patience) {
    begin_leaving();
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, patience, [this] { return left_ || ended_; });
  }

  void stop() {
    {
      std::lock_guard guard{mutex_};
      ended_ = true;
    }
    changed_.notify_all();
    refresh();
    if (thread_.joinable())
      thread_.join();
  }

private:
  enum class state { kept, unreachable, dead };

  membership read() {
    static constexpr statement ask{"cluster_members", R"sql(
      select n.node, n.name, n.host, n.port, n.roles, n.at, n.joined_epoch, n.settled_epoch, n.started_at, n.http_url,
        n.version, e.epoch
      from cluster_epoch e left join cluster_nodes n on n.at <> 'dead' order by n.node)sql"};
    membership out;
    for (const auto& row : db_.run(ask)) {
      out.epoch = row[11].as<uint64_t>();
      if (!row[0].is_null())
        out.members.push_back(read_member(row));
    }
    return out;
  }

  void run() {
    auto last = state::kept;
    repeat_guarded("membership", [&] {
      if (is_over())
        return false;
      last = beat();
      if (last == state::dead)
        return false;
      const bool settling = shards_.settled_epoch() < shards_.now()->epoch();
      wait(last == state::unreachable ? retry_after : settling ? settle_look : settings_.beat);
      return true;
    });
    if (last != state::dead)
      end_membership();
  }

  bool is_over() {
    std::lock_guard guard{mutex_};
    return ended_;
  }

  state beat() {
    look_around();
    try {
      const auto before = steady::now();
      if (const auto stands = extend(before); stands == standing::dead)
        return state::dead;
      report_suspect();
      leave_memory();
      shards_.adopt(read());
      look_around();
      reached(before);
      return state::kept;
    } catch (const std::exception& e) {
      if (std::exchange(reachable_, false))
        spdlog::warn("cluster: cannot renew the lease: {}", first_line(e.what()));
      db_.drop();
      return state::unreachable;
    }
  }

  static std::string first_line(std::string text) { return text.substr(0, text.find('\n')); }

  standing extend(steady::time_point before) {
    static constexpr statement ask{
      "cluster_beat", "select its_standing, its_end_reason, now_is from cluster_beat($1, $2::interval, $3, $4)"};
    const auto clock_before = std::chrono::system_clock::now();
    const bool may_judge = reachable_ && before - reached_since_ > settings_.lease;
    const auto said =
      db_.run(ask, parameters{shards_.self(), interval(settings_.lease), shards_.settled_epoch(), may_judge})[0];
    const auto clock_after = std::chrono::system_clock::now();
    if (said[0].is_null() || read_value<standing>(said[0]) == standing::dead) {
      shards_.end_lease();
      const std::string why = said[1].is_null() ? "it is not a member" : said[1].c_str();
      settings_.on_death("the node was declared dead (" + why + ")");
      return standing::dead;
    }
    shards_.extend_lease(before + settings_.lease);
    measure_clock(read_time(said[2]), clock_before, clock_after);
    return read_value<standing>(said[0]);
  }

  /// The error of the measured offset is at most half of the request's round trip.
  void measure_clock(time_point there, std::chrono::system_clock::time_point before,
                     std::chrono::system_clock::time_point after) {
    using std::chrono::microseconds;
    const auto took = std::chrono::duration_cast<microseconds>(after - before);
    const auto middle = std::chrono::time_point_cast<microseconds>(before) + took / 2;
    const auto ahead = there.get() - middle;
    const auto change = ahead - ahead_;
    if (change < took && change > -took && change < milliseconds{5} && change > milliseconds{-5})
      return;
    if (settings_.on_clock && took < milliseconds{500}) {
      ahead_ = ahead;
      settings_.on_clock(ahead);
    }
  }

  void report_suspect() {
    static constexpr statement ask{"cluster_suspect", "select cluster_suspect($1, $2, $3::interval)"};
    std::set<uuid> suspects;
    {
      std::lock_guard guard{mutex_};
      suspects = suspects_;
    }
    const auto placed = shards_.now();
    for (const auto& node : suspects)
      if (placed->who().find(node)
          && db_.run(ask, parameters{node, shards_.self(), interval(settings_.lease)})[0][0].as<bool>())
        spdlog::warn("cluster: the node {} is unreachable and was declared dead", placed->who().find(node)->name);
  }

  /// Makes entities that this node no longer owns leave. If none is left, the node is settled.
  void look_around() {
    const auto placed = shards_.now();
    if (shards_.settled_epoch() >= placed->epoch())
      return;
    if (settings_.foreign() > 0)
      return;
    shards_.settle(placed->epoch());
    refresh(); // publishes it at once
  }

  void leave_memory() {
    static constexpr statement ask{"cluster_leave", R"sql(
      with gone as (update cluster_nodes set at = 'leaving' where node = $1 and at = 'active' returning node)
      select cluster_changed() from gone)sql"};
    {
      std::lock_guard guard{mutex_};
      if (!leaving_)
        return;
    }
    if (!said_to_leave_) {
      db_.run(ask, parameters{shards_.self()});
      said_to_leave_ = true; // set it after the statement: if the database was unavailable, the next heartbeat retries
    }
    const auto placed = shards_.now();
    const auto* me = placed->who().find(shards_.self());
    if (me && me->at == standing::leaving && me->settled_epoch >= placed->epoch()
        && placed->is_settled(shards_.self())) {
      std::lock_guard guard{mutex_};
      left_ = true;
      changed_.notify_all();
    }
  }

  void end_membership() {
    static constexpr statement ask{"cluster_end", "select cluster_end(array[$1::uuid], 'it was stopped')"};
    shards_.end_lease();
    try {
      db_.run(ask, parameters{shards_.self()});
    } catch (const std::exception&) {
      // The lease expires by itself.
    }
  }

  void reached(steady::time_point now) {
    if (std::exchange(reachable_, true))
      return;
    reached_since_ = now;
    if (std::exchange(was_reached_, true))
      spdlog::info("cluster: the lease is renewed again");
  }

  /// Waits until the table changes, refresh() is called, or the time is over.
  void wait(milliseconds most) {
    try {
      pollfd on[2] = {{poke_, POLLIN, 0}, {-1, POLLIN, 0}};
      if (reachable_)
        on[1].fd = db_.open().sock();
      poll(on, 2, static_cast<int>(most.count()));
      uint64_t count = 0;
      (void)!::read(poke_, &count, sizeof count);
      if (on[1].revents & POLLIN)
        db_.open().get_notifs();
    } catch (const std::exception&) {
      // The next heartbeat detects the error.
    }
  }

  local_shards& shards_;
  membership_settings settings_;
  session db_;
  int poke_;
  bool reachable_ = false, was_reached_ = false;
  steady::time_point reached_since_;
  std::chrono::microseconds ahead_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<uuid> suspects_;
  bool leaving_ = false, left_ = false, ended_ = false;
  bool said_to_leave_ = false;
  std::thread thread_;
};

membership_keeper::membership_keeper(local_shards& self, membership_settings settings)
  : impl_{std::make_unique<impl>(self, std::move(settings))} {}
membership_keeper::~membership_keeper() = default;
void membership_keeper::join(uint16_t port) { impl_->join(port); }
void membership_keeper::start() { impl_->start(); }
void membership_keeper::refresh() noexcept { impl_->refresh(); }
void membership_keeper::suspect(const uuid& node, bool is_suspected) { impl_->suspect(node, is_suspected); }
void membership_keeper::begin_leaving() { impl_->begin_leaving(); }
void membership_keeper::leave(std::chrono::milliseconds patience) { impl_->leave(patience); }
void membership_keeper::stop() { impl_->stop(); }

} // namespace ainft::persistence
