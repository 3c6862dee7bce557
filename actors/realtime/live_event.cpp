#include "actors/realtime/live_event.hpp"

#include "net/socketio/packet.hpp"

#include <unordered_map>

namespace ainft::realtime {

using runtime::journal_cursor;

namespace {

/// The event forms of all types that clients can see, by "kind.type".
const std::unordered_map<std::string, const event_form*>& forms() {
  static const auto all = [] {
    std::unordered_map<std::string, const event_form*> out;
    for (const auto* k : all_of(&capability::kinds))
      for (const auto& form : k->events)
        if (form.is_visible)
          out.emplace(form.name, &form);
    return out;
  }();
  return all;
}

} // namespace

const std::vector<std::string>& shown_events() {
  static const auto all = [] {
    std::vector<std::string> out;
    for (const auto& [name, form] : forms())
      out.push_back(name);
    return out;
  }();
  return all;
}

live_event::live_event(runtime::followed_event e)
  : at{e.at}, entity{e.event.entity}, sequence{e.event.sequence}, name{e.kind + "." + e.event.type},
    topics{topics_of(e, name)}, source_{std::move(e)} {
  if (const auto found = forms().find(name); found != forms().end())
    present_form_ = found->second;
  is_private = present_form_ && present_form_->is_private;
}

bool live_event::is_open_to(const reader& who) const {
  return !is_private || who.sees_all || std::find(topics.begin(), topics.end(), who.user) != topics.end();
}

live_event::encoded live_event::encode() const {
  const auto& e = source_.event;
  const auto position = cursor_text(at);
  std::string body = R"({"id":")" + id_text(source_.kind, entity) + R"(","sequence":)" + std::to_string(sequence)
                     + R"(,"type":")" + e.type + R"(","at":")" + e.at.str() + R"(","position":")" + position
                     + R"(","data":)";
  const bool as_stored = present_form_ && present_form_->shows_stored() && e.version == present_form_->version;
  body += as_stored ? e.payload : present_form_ ? present_form_->show(e) : "{}";
  body += '}';
  const auto tail = ",\"" + position + "\"]";
  auto packet = socketio::make_packet(socketio::packet_type::event, "/", "[\"" + name + "\"," + body + tail);
  const auto begin = packet->size() - tail.size() - body.size();
  return {std::move(packet), begin, body.size()};
}

socketio::frames live_event::packet_for(std::string_view nsp, const journal_cursor& offset) const {
  std::string args = "[\"" + name + "\",";
  args.append(body()).append(",\"").append(cursor_text(offset)).append("\"]");
  return socketio::make_packet(socketio::packet_type::event, nsp, args);
}

socketio::frames event_run::join() const {
  if (events.size() == 1)
    return events.front()->packet();
  std::string all;
  for (const auto& e : events)
    all += *e->packet();
  return std::make_shared<const std::string>(std::move(all));
}

std::deque<event_run> runs_of(const std::vector<event_ptr>& events) {
  std::deque<event_run> out;
  for (const auto& e : events)
    if (!out.empty() && out.back().events.front()->topics == e->topics
        && out.back().events.front()->is_private == e->is_private)
      out.back().events.push_back(e);
    else
      out.emplace_back(e);
  return out;
}

// -- history ---------------------------------------------------------------------------------------------------------

void history::begin_after(const journal_cursor& from) {
  std::lock_guard guard{mutex_};
  events_.begin_after(from);
}

void history::add(event_ptr e) {
  std::lock_guard guard{mutex_};
  events_.add(std::move(e));
  if (events_.all().size() > limit_)
    events_.drop_oldest();
}

std::optional<std::vector<event_ptr>> history::since(const journal_cursor& after, const journal_cursor& upto,
                                                     const std::function<bool(const live_event&)>& wanted) const {
  std::lock_guard guard{mutex_};
  if (!events_.reaches(after))
    return std::nullopt;
  std::vector<event_ptr> out;
  for (auto it = events_.first_after(after); it != events_.all().end() && (*it)->at <= upto; ++it)
    if (wanted(**it))
      out.push_back(*it);
  return out;
}

std::vector<event_ptr> history::latest(const runtime::uuid& topic, size_t count) const {
  std::lock_guard guard{mutex_};
  std::vector<event_ptr> out;
  const auto& all = events_.all();
  for (auto it = all.rbegin(); it != all.rend() && out.size() < count; ++it)
    if (std::find((*it)->topics.begin(), (*it)->topics.end(), topic) != (*it)->topics.end())
      out.push_back(*it);
  std::reverse(out.begin(), out.end());
  return out;
}

} // namespace ainft::realtime
