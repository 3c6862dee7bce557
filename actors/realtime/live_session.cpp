#include "actors/realtime/live_session.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace ainft::realtime {

using runtime::errc;
using runtime::refuse;
using runtime::time_point;

namespace {

/// A socket gets the notice `token_expiring` this long before its token expires, or after three quarters of the token's
/// remaining time if that is later.
constexpr std::chrono::seconds longest_notice{60};

} // namespace

class live_session final : public caf::event_based_actor {
public:
  live_session(caf::actor_config& cfg, live_sessions* all, const runtime::uuid& id)
    : caf::event_based_actor(cfg), all_{*all}, id_{id}, subscribes_{all->limits_.subscribes,
                                                                    std::chrono::steady_clock::now()} {}

  const char* name() const override { return "ainft.live_session"; }

  caf::behavior make_behavior() override {
    return {
      [this](attach_socket& a) -> caf::result<caf::unit_t> { return take(a); },
      [this](const detach_socket& d) { let_go(d.socket); },
      [this](const enter_room& e) -> caf::result<caf::unit_t> { return enter(e); },
      [this](const leave_room& l) {
        if (auto* s = find(l.socket))
          std::erase(s->rooms, l.room);
      },
      [this](const renew_token& r) { renew(r); },
      [this](const end_sockets& e) { end_all(e.why); },
      [this](const runtime::inspect_entity&) { return describe(); },
    };
  }

private:
  enum class token_state : uint8_t { good, ending, ended };

  struct slot {
    std::string socket;
    std::string pid;
    std::function<void(session_notice)> tell;
    std::vector<std::string> rooms;
    time_point expires;
    time_point warn;
    token_state token = token_state::good;
  };

  slot* find(std::string_view socket) {
    const auto it = std::find_if(slots_.begin(), slots_.end(), [&](const slot& s) { return s.socket == socket; });
    return it == slots_.end() ? nullptr : &*it;
  }

  caf::result<caf::unit_t> take(attach_socket& a) {
    for (auto& s : slots_)
      if (s.pid == a.pid)
        s.tell(session_notice::replaced);
    std::erase_if(slots_, [&](const slot& s) { return s.pid == a.pid; });
    if (slots_.size() >= all_.limits_.sockets)
      return refuse(errc::rate_limited,
                    "this session has " + std::to_string(slots_.size()) + " sockets, which is the maximum");
    slots_.push_back({std::move(a.socket), std::move(a.pid), std::move(a.tell), {}, {}, {}, token_state::good});
    set_token(slots_.back(), a.token_expires);
    return caf::unit;
  }

  void let_go(std::string_view socket) {
    std::erase_if(slots_, [&](const slot& s) { return s.socket == socket; });
    if (slots_.empty())
      leave();
  }

  void leave() {
    timer_.dispose();
    all_.forget(id_, address());
    quit();
  }

  caf::result<caf::unit_t> enter(const enter_room& e) {
    auto* s = find(e.socket);
    if (!s)
      return refuse(errc::conflict, "the socket has ended");
    if (!subscribes_.take(all_.limits_.subscribes, std::chrono::steady_clock::now()))
      return refuse(errc::rate_limited, "the rate limit for subscriptions is exceeded; retry later");
    if (std::find(s->rooms.begin(), s->rooms.end(), e.room) != s->rooms.end())
      return caf::unit;
    if (s->rooms.size() >= all_.limits_.rooms)
      return refuse(errc::rate_limited,
                    "this socket is in " + std::to_string(s->rooms.size()) + " rooms, which is the maximum");
    s->rooms.push_back(e.room);
    return caf::unit;
  }

  // -- tokens -------------------------------------------------------------------------------------------------------

  void renew(const renew_token& r) {
    if (auto* s = find(r.socket))
      set_token(*s, r.expires);
  }

  void set_token(slot& s, time_point expires) {
    const auto left = expires - all_.time_.now();
    s.expires = expires;
    s.warn = expires - std::min<std::chrono::microseconds>(left / 4, longest_notice);
    s.token = token_state::good;
    schedule();
  }

  [[nodiscard]] time_point due(const slot& s) const {
    switch (s.token) {
    case token_state::good: return s.warn;
    case token_state::ending: return s.expires;
    default: return s.expires + all_.limits_.grace;
    }
  }

  void schedule() {
    timer_.dispose();
    if (slots_.empty())
      return;
    const auto first =
      std::min_element(slots_.begin(), slots_.end(), [&](const slot& a, const slot& b) { return due(a) < due(b); });
    const auto wait = std::max(due(*first) - all_.time_.now(), std::chrono::microseconds{0});
    timer_ =
      run_delayed(std::min<std::chrono::microseconds>(wait, std::chrono::hours{1}) + std::chrono::milliseconds{1},
                  [this] { look_at_tokens(); });
  }

  void look_at_tokens() {
    const auto now = all_.time_.now();
    std::vector<std::string> gone;
    for (auto& s : slots_)
      if (due(s) <= now)
        switch (s.token) {
        case token_state::good:
          s.token = token_state::ending;
          s.tell(session_notice::token_expiring);
          break;
        case token_state::ending:
          s.token = token_state::ended;
          s.tell(session_notice::token_expired);
          break;
        default: s.tell(session_notice::token_gone); gone.push_back(s.socket);
        }
    for (const auto& socket : gone)
      std::erase_if(slots_, [&](const slot& s) { return s.socket == socket; });
    slots_.empty() ? leave() : schedule();
  }

  void end_all(session_notice why) {
    for (auto& s : slots_)
      s.tell(why);
    slots_.clear();
    leave();
  }

  [[nodiscard]] runtime::answer describe() const {
    auto sockets = nlohmann::json::array();
    for (const auto& s : slots_)
      sockets.push_back({{"socket", s.socket}, {"rooms", s.rooms}, {"tokenExpires", s.expires.str()}});
    return {0, nlohmann::json{{"kind", "live_session"}, {"sockets", std::move(sockets)}}.dump()};
  }

  live_sessions& all_;
  runtime::uuid id_;
  std::vector<slot> slots_;
  http::token_bucket subscribes_;
  caf::disposable timer_;
};

caf::actor live_sessions::of(const runtime::uuid& session) {
  std::lock_guard guard{mutex_};
  auto& found = actors_[session];
  if (!found)
    found = system_.spawn<live_session>(this, session);
  return found;
}

bool live_sessions::end(const runtime::uuid& session, session_notice why) {
  std::lock_guard guard{mutex_};
  const auto it = actors_.find(session);
  if (it == actors_.end())
    return false;
  caf::anon_send(it->second, end_sockets{why});
  return true;
}

void live_sessions::forget(const runtime::uuid& session, const caf::actor_addr& who) {
  std::lock_guard guard{mutex_};
  const auto it = actors_.find(session);
  if (it != actors_.end() && it->second.address() == who)
    actors_.erase(it);
}

void live_sessions::stop() {
  std::lock_guard guard{mutex_};
  for (const auto& [id, a] : actors_)
    caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  actors_.clear();
}

size_t live_sessions::count() const {
  std::lock_guard guard{mutex_};
  return actors_.size();
}

} // namespace ainft::realtime
