#include "actors/realtime/hub.hpp"

#include "actors/realtime/socket_messages.hpp"
#include "net/socketio/packet.hpp"

#include <boost/asio/post.hpp>

namespace ainft::realtime {

using runtime::journal_cursor;
using runtime::uuid;

namespace {

/// Changes of viewer counts are collected for this time before they are sent.
constexpr std::chrono::milliseconds viewers_pause{250};

socketio::frames viewers_packet(const room& r, size_t count) {
  const auto args = "[\"viewers\"," + runtime::to_json(viewers{r.str(), count}) + "]";
  return socketio::make_packet(socketio::packet_type::event, "/", args);
}

} // namespace

void hub::start(const std::vector<asio::any_io_executor>& threads, const journal_cursor& at) {
  std::lock_guard guard{mutex_};
  for (const auto& t : threads)
    parts_.push_back(std::make_unique<part>(part{*this, t, at, {}, 0, {}}));
  timer_ = std::make_unique<asio::steady_timer>(threads.front());
}

void hub::finish() {
  std::lock_guard guard{mutex_};
  timer_.reset();
}

hub::part& hub::part_of(const asio::any_io_executor& thread) {
  const auto it = std::find_if(parts_.begin(), parts_.end(), [&](const auto& p) { return p->executor == thread; });
  return it == parts_.end() ? *parts_.front() : **it;
}

void hub::publish(const std::vector<event_ptr>& events, const journal_cursor& upto) {
  const auto shared = std::make_shared<const batch>(runs_of(events), upto);
  for (auto& p : parts_)
    asio::post(p->executor, [&p = *p, shared] { dispatch(p, *shared); });
}

void hub::dispatch(part& p, const batch& b) {
  ++p.walking;
  for (const auto& run : b.first)
    for (const auto& topic : run.events.front()->topics) {
      const auto in = p.rooms.find(topic);
      if (in == p.rooms.end())
        continue;
      // Skip subscribers that join during this loop. `members` stays valid: a map keeps its elements in place, and no
      // room is erased while `walking` is above zero.
      auto& members = in->second;
      for (size_t i = 0, n = members.size(); i < n; ++i)
        if (auto* who = members[i])
          who->offer(run);
    }
  p.at = std::max(p.at, b.second);
  if (--p.walking == 0)
    fill_holes(p);
}

void hub::fill_holes(part& p) {
  for (const auto& topic : std::exchange(p.holes, {})) {
    const auto in = p.rooms.find(topic);
    if (in == p.rooms.end())
      continue;
    std::erase(in->second, nullptr);
    if (in->second.empty())
      p.rooms.erase(in);
  }
}

void hub::enter(part& p, subscriber& who, const room& r) {
  p.rooms[r.topic].push_back(&who);
  ++memberships_;
  count_viewer(r, 1);
}

void hub::leave(part& p, subscriber& who, const room& r) {
  const auto in = p.rooms.find(r.topic);
  if (in == p.rooms.end())
    return;
  const auto at = std::find(in->second.begin(), in->second.end(), &who);
  if (at == in->second.end())
    return;
  --memberships_;
  count_viewer(r, -1);
  if (p.walking > 0) {
    *at = nullptr;
    p.holes.push_back(r.topic);
    return;
  }
  *at = in->second.back();
  in->second.pop_back();
  if (in->second.empty())
    p.rooms.erase(in);
}

// -- presence --------------------------------------------------------------------------------------------------------

void hub::count_viewer(const room& r, int by) {
  if (!r.type->counts_viewers)
    return;
  std::lock_guard guard{mutex_};
  if (viewers_.change(r.topic, by) == 0)
    viewed_here_.erase(r.topic);
  else
    viewed_here_[r.topic] = r.type;
  tell_viewers_later();
}

/// The caller holds the mutex.
void hub::tell_viewers_later() {
  if (!timer_ || std::exchange(telling_, true))
    return;
  asio::post(timer_->get_executor(), [this] {
    if (!timer_)
      return;
    timer_->expires_after(viewers_pause);
    timer_->async_wait([this](boost::system::error_code ec) {
      if (!ec)
        tell_viewers();
    });
  });
}

void hub::tell_viewers() {
  std::vector<std::pair<uuid, socketio::frames>> counts;
  std::string news;
  {
    std::lock_guard guard{mutex_};
    telling_ = false;
    for (const auto& topic : viewers_.take_changed())
      if (const auto here = viewed_here_.find(topic); here != viewed_here_.end())
        counts.emplace_back(topic, viewers_packet({here->second, topic}, viewers_.count(topic)));
    news = viewers_.take_news();
  }
  tell_nodes(news);
  const auto shared = std::make_shared<const decltype(counts)>(std::move(counts));
  for (auto& p : parts_)
    asio::post(p->executor, [&p = *p, shared] {
      ++p.walking;
      for (const auto& [topic, packet] : *shared)
        if (const auto in = p.rooms.find(topic); in != p.rooms.end())
          for (size_t i = 0, n = in->second.size(); i < n; ++i)
            if (auto* who = in->second[i])
              who->on_viewers(packet);
      if (--p.walking == 0)
        fill_holes(p);
    });
}

size_t hub::viewers(const uuid& topic) const {
  std::lock_guard guard{mutex_};
  return viewers_.count(topic);
}

void hub::tell_nodes(const std::string& news) const {
  if (tell_nodes_ && !news.empty())
    tell_nodes_(news);
}

void hub::receive(const uuid& node, std::string_view news) {
  std::string answer;
  {
    std::lock_guard guard{mutex_};
    if (viewers_.receive(node, news))
      answer = viewers_.all_news(false);
    tell_viewers_later();
  }
  tell_nodes(answer);
}

void hub::tell_all() {
  std::string news;
  {
    std::lock_guard guard{mutex_};
    news = viewers_.all_news(true);
  }
  tell_nodes(news);
}

void hub::keep_nodes(const std::vector<uuid>& nodes) {
  std::lock_guard guard{mutex_};
  viewers_.keep(nodes);
  tell_viewers_later();
}

// -- a subscriber ----------------------------------------------------------------------------------------------------

subscriber::subscription* subscriber::find(const room& r) {
  const auto it =
    std::find_if(subscriptions_.begin(), subscriptions_.end(), [&](const subscription& s) { return s.room == r; });
  return it == subscriptions_.end() ? nullptr : &*it;
}

subscriber::subscription& subscriber::join(const room& r) { return join(subscription{r, part_.at, 0}); }

subscriber::subscription& subscriber::join(const subscription& s) {
  if (auto* there = find(s.room))
    return *there;
  part_.of.enter(part_, *this, s.room);
  return subscriptions_.emplace_back(s);
}

void subscriber::leave(const room& r) {
  if (auto* there = find(r)) {
    part_.of.leave(part_, *this, r);
    subscriptions_.erase(subscriptions_.begin() + (there - subscriptions_.data()));
  }
}

void subscriber::leave_all() {
  for (const auto& s : std::exchange(subscriptions_, {}))
    part_.of.leave(part_, *this, s.room);
}

bool subscriber::subscription::lets(const live_event& e) const {
  if (e.at <= from || (e.entity == room.topic && e.sequence <= known))
    return false;
  return std::find(e.topics.begin(), e.topics.end(), room.topic) != e.topics.end();
}

bool subscriber::wants(const live_event& e) const {
  return e.is_open_to(who_)
         && std::any_of(subscriptions_.begin(), subscriptions_.end(), [&](const subscription& s) { return s.lets(e); });
}

void subscriber::offer(const event_run& run) {
  const auto& first = *run.events.front();
  if (holds_ == 0 && first.at > last_ && wants(first)) {
    last_ = run.events.back()->at;
    return push_run(run);
  }
  for (const auto& e : run.events)
    offer(e);
}

void subscriber::offer(const event_ptr& e) {
  if (e->at <= last_) // it already came through another room
    return;
  if (holds_ > 0) {
    if (held_.empty() || held_.back() != e)
      held_.push_back(e);
    if (held_.size() > most_held) {
      held_.clear();
      overrun();
    }
    return;
  }
  if (!wants(*e))
    return;
  last_ = e->at;
  push(*e);
}

void subscriber::release() {
  if (--holds_ > 0)
    return;
  for (const auto& e : std::exchange(held_, {}))
    offer(e);
}

} // namespace ainft::realtime
