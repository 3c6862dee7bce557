#include "actors/realtime/bus.hpp"

#include "actors/replies.hpp"
#include "persistence/journal_reader.hpp"
#include "runtime/journal_tail.hpp"
#include "runtime/try.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <future>
#include <unordered_set>

namespace ainft::realtime {

using runtime::errc;
using runtime::journal_cursor;
using runtime::refuse;
using runtime::result;

namespace {

constexpr size_t read_back_page = 2000;
constexpr size_t feed_length = 50;

/// Blocks until a reader answers. Used only at the start, when this thread has nothing else to do.
template <class Answer, class Question>
Answer must_read(caf::actor_system& system, const caf::actor& reader, Question question) {
  caf::scoped_actor self{system};
  std::optional<Answer> out;
  self->request(reader, std::chrono::seconds{30}, std::move(question))
    .receive(
      [&](Answer& a) { out = std::move(a); },
      [](const caf::error& e) { throw std::runtime_error{"cannot read the journal: " + runtime::explain(e).detail}; });
  return std::move(*out);
}

journal_cursor must_find_begin(const caf::actor& reader, size_t count) {
  std::promise<runtime::result<journal_cursor>> found;
  caf::anon_send(reader, runtime::read_job{[&found, count](runtime::result<persistence::session*> db) {
                   try {
                     if (db)
                       found.set_value(persistence::cursor_before_last(**db, count));
                     else
                       found.set_value(std::move(db.error()));
                   } catch (const std::exception& e) {
                     found.set_value(refuse(errc::unavailable, e.what()));
                   }
                 }});
  auto out = found.get_future().get();
  if (!out)
    throw std::runtime_error{"cannot read the journal: " + runtime::explain(out.error()).detail};
  return *out;
}

/// Readers also return events whose types only a later version of the program knows.
bool is_shown(const std::string& name) {
  static const std::unordered_set<std::string> all{shown_events().begin(), shown_events().end()};
  return all.contains(name);
}

} // namespace

bus::bus(caf::actor_system& system, runtime::reply_port& port, const runtime::journal& log, bus_settings settings)
  : system_{system}, journal_{log}, settings_{settings}, history_{settings.recent_events},
    replays_{settings.replays_at_once}, port_{port} {
  auto& metrics = system.metrics();
  published_ = metrics.counter_singleton("ainft", "realtime_events", "Events passed to subscribers", "1", true);
  replayed_ =
    metrics.counter_family("ainft", "realtime_replays", {"source"}, "Replays of missed events for a client", "1", true);
}

void bus::begin(std::function<void(const runtime::followed_event&)> acts_on) {
  const auto& reader = journal_.queries.front();
  at_ = must_find_begin(reader, settings_.recent_events);
  history_.begin_after(at_);
  for (bool more = true; more;) {
    auto slice =
      must_read<runtime::journal_slice>(system_, reader, runtime::read_journal{at_, shown_events(), read_back_page});
    std::erase_if(slice.events, [](const auto& e) { return !is_shown(e.kind + "." + e.event.type); });
    for (auto& e : slice.events)
      history_.add(std::make_shared<const live_event>(std::move(e)));
    at_ = slice.upto;
    more = slice.more;
  }
  acts_on_ = std::move(acts_on);
  caf::anon_send(journal_.tail,
                 runtime::begin_tail{{at_, shown_events(), [this](auto slice) { on_slice(std::move(slice)); },
                                      [this] { return hub_.memberships() > 0; }}});
}

void bus::start(const std::vector<asio::any_io_executor>& threads) {
  std::lock_guard guard{mutex_};
  hub_.start(threads, at_);
  started_ = true;
}

void bus::count_replay(std::string source) { replayed_->get_or_add({{"source", source}})->inc(); }

journal_cursor bus::at() const {
  std::lock_guard guard{mutex_};
  return at_;
}

void bus::on_slice(runtime::journal_slice slice) {
  std::vector<event_ptr> events;
  events.reserve(slice.events.size());
  for (auto& e : slice.events) {
    if (acts_on_)
      acts_on_(e);
    events.push_back(std::make_shared<const live_event>(std::move(e)));
    history_.add(events.back());
  }
  published_->inc(static_cast<int64_t>(events.size()));
  std::lock_guard guard{mutex_};
  at_ = slice.upto;
  if (started_)
    hub_.publish(events, at_);
}

// -- opening a room --------------------------------------------------------------------------------------------------

namespace {

/// The latest events of a room, for rooms without a snapshot function.
runtime::answer latest_snapshot(const history& recent, const room& r) {
  std::vector<std::string> items;
  for (const auto& e : recent.latest(r.topic, feed_length))
    items.emplace_back(e->body());
  return {0, http::list_reply(items, std::nullopt).body};
}

} // namespace

task<runtime::answer> bus::snapshot(const services& s, room r, runtime::principal who) {
  if (!r.type->snapshot)
    co_return latest_snapshot(history_, r);
  co_return co_await r.type->snapshot(s, r.topic, std::move(who));
}

task<opened> bus::open(const services& s, subscriber& who, room r, runtime::principal principal, since from) {
  who.hold();
  const bool fresh = who.find(r) == nullptr;
  opened out;
  out.at = who.join(r).from;
  auto now = co_await snapshot(s, r, principal);
  if (now && from.version && *from.version > now->version)
    now = runtime::refuse_field(std::string{from.field},
                                "must not be after the latest version, " + std::to_string(now->version));
  if (!now) {
    if (fresh)
      who.leave(r);
    who.release();
    co_return std::move(now.error());
  }
  out.version = now->version;
  result<std::vector<event_ptr>> missed{std::vector<event_ptr>{}};
  if (from.version) {
    missed = co_await missed_versions(s, r.topic, *from.version, now->version, who.reads_for());
  } else if (from.cursor) {
    auto q = [at = *from.cursor](persistence::session& db) { return persistence::is_place(db, at); };
    auto known = co_await net::query(s.db, std::move(q));
    if (known && !*known) // the journal was restored from an older copy, so the missed events are unknown
      from.cursor.reset();
    else if (!known)
      missed = std::move(known.error());
  }
  if (from.cursor && missed) {
    std::vector<subscriber::subscription> there(1, subscriber::subscription{r, *from.cursor, 0});
    missed = co_await this->missed(std::move(there), *from.cursor, out.at, who.reads_for());
  }
  auto* subscription = who.find(r); // it may have left while this coroutine waited
  if (!subscription) {
    who.release();
    co_return refuse(errc::conflict, "the socket left the room in the meantime");
  }
  const bool whole = missed && (from.version || from.cursor);
  if (whole)
    out.missed = std::move(*missed);
  else
    out.snapshot = std::move(now->body);
  // A client that gets its missed events by version, or a snapshot, knows the entity up to `version`. A client that
  // gets them by cursor knows the journal up to `at`.
  if (r.type->is_entity && !(whole && from.cursor))
    subscription->known = std::max(subscription->known, out.version);
  co_return out;
}

// -- what was missed -------------------------------------------------------------------------------------------------

namespace {

/// Whether a reader with these subscriptions gets an event that it missed.
bool is_for(const std::vector<subscriber::subscription>& subscriptions, const reader& who, const live_event& e) {
  return e.is_open_to(who)
         && std::any_of(subscriptions.begin(), subscriptions.end(), [&](const auto& s) { return s.lets(e); });
}

} // namespace

std::optional<std::vector<event_ptr>> bus::remember(const std::vector<subscriber::subscription>& subscriptions,
                                                    const journal_cursor& after, const journal_cursor& upto,
                                                    const reader& who) {
  auto out = history_.since(after, upto, [&](const live_event& e) { return is_for(subscriptions, who, e); });
  if (out)
    count_replay("memory");
  return out;
}

/// Positions count events, so their difference is about the number of events in between.
caf::error bus::refuse_too_far(const journal_cursor& after, const journal_cursor& upto) {
  if (upto.position > after.position + settings_.replay_limit) {
    count_replay("none");
    return refuse(errc::conflict, "too many events since this position to replay");
  }
  count_replay("journal");
  return {};
}

task<std::vector<event_ptr>> bus::missed(std::vector<subscriber::subscription> subscriptions, journal_cursor after,
                                         journal_cursor upto, reader who) {
  if (auto remembered = remember(subscriptions, after, upto, who))
    co_return std::move(*remembered);
  if (auto bad = refuse_too_far(after, upto))
    co_return bad;
  const auto pass = co_await replays_.enter();
  co_return co_await read_back(std::move(subscriptions), after, upto, who);
}

task<std::vector<event_ptr>> bus::read_back(std::vector<subscriber::subscription> subscriptions, journal_cursor after,
                                            journal_cursor upto, reader who) {
  std::vector<event_ptr> out;
  while (after < upto) {
    const auto& reader = journal_.queries[after.position % journal_.queries.size()];
    auto question = caf::make_message(runtime::read_journal{after, shown_events(), read_back_page});
    AINFT_CO_TRY(slice, co_await net::ask<runtime::journal_slice>(port_, reader, std::move(question), ask_timeout));
    for (const auto& e : slice.events) {
      if (e.at > upto)
        co_return out;
      if (auto shown = std::make_shared<const live_event>(e);
          is_shown(shown->name) && is_for(subscriptions, who, *shown))
        out.push_back(std::move(shown));
    }
    if (slice.upto == after)
      break;
    after = slice.upto;
  }
  co_return out;
}

task<std::vector<event_ptr>> bus::missed_versions(const services& s, runtime::uuid entity, uint64_t after,
                                                  uint64_t upto, reader who) {
  std::vector<event_ptr> out;
  if (upto > after + settings_.replay_limit)
    co_return refuse(errc::conflict, "too many events since this position to replay");
  const auto pass = co_await replays_.enter();
  while (after < upto) {
    auto q = [entity, after, upto](persistence::session& db) {
      return persistence::events_between(db, entity, after, upto);
    };
    AINFT_CO_TRY(page, co_await net::query(s.db, std::move(q)));
    if (page.empty())
      break;
    for (const auto& e : page)
      if (auto shown = std::make_shared<const live_event>(e); shown->is_open_to(who))
        out.push_back(std::move(shown));
    after = page.back().event.sequence;
  }
  co_return out;
}

} // namespace ainft::realtime
