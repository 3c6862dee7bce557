#include "actors/market/listing/event_stream.hpp"

#include "actors/realtime/api.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <charconv>
#include <deque>

namespace ainft::listing {

namespace {

using http::event_sink;

constexpr auto heartbeat = std::chrono::seconds{15};

/// The stream of a client that is more than this many events behind ends. The client can resume with its Last-Event-ID.
constexpr size_t most_waiting = 1024;

std::string event_text(const realtime::live_event& e) {
  std::string out = "id: " + std::to_string(e.sequence) + "\nevent: ";
  out.append(e.type()).append("\ndata: ").append(e.body()).append("\n\n");
  return out;
}

/// One client's stream. It subscribes to its listing's room.
class stream final : public realtime::subscriber {
public:
  stream(realtime::hub::part& on, realtime::reader who) : subscriber{on, who}, news_{on.executor} {}

  boost::asio::awaitable<void> run(event_sink& sink, realtime::opened from) {
    sink.on_stop = [this] { end(); };
    if (!from.snapshot.empty())
      waiting_.push_back("id: " + std::to_string(from.version) + "\nevent: snapshot\ndata: " + from.snapshot + "\n\n");
    for (const auto& e : from.missed)
      waiting_.push_back(event_text(*e));
    release();
    for (bool going = true; going && !over_;) {
      if (waiting_.empty())
        co_await news();
      auto text = waiting_.empty() ? std::string{": still here\n\n"} : std::move(waiting_.front());
      if (!waiting_.empty())
        waiting_.pop_front();
      if (over_)
        break;
      going = co_await sink.send(std::move(text));
    }
    leave_all();
  }

protected:
  void push(const realtime::live_event& e) override {
    waiting_.push_back(event_text(e));
    if (waiting_.size() > most_waiting)
      end();
    news_.cancel();
  }

  void overrun() override { end(); }

private:
  void end() {
    over_ = true;
    news_.cancel();
  }

  /// Waits until there is something to send, or until the next heartbeat is due.
  boost::asio::awaitable<void> news() {
    boost::system::error_code ec;
    news_.expires_after(heartbeat);
    co_await news_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
  }

  boost::asio::steady_timer news_;
  std::deque<std::string> waiting_;
  bool over_ = false;
};

runtime::result<std::optional<uint64_t>> last_event_of(const http::call& c) {
  const auto it = c.headers->find("Last-Event-ID");
  if (it == c.headers->end())
    return std::optional<uint64_t>{};
  const std::string_view text{it->value().data(), it->value().size()};
  uint64_t out = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{} || end != text.data() + text.size())
    return runtime::refuse_field("/headers/Last-Event-ID", "must be the id of an event of this stream, a whole number");
  return std::optional{out};
}

} // namespace

task<http::reply> stream_events(const services& s, http::call& c) {
  auto id = http::path_id<listing_id>(c);
  auto last = last_event_of(c);
  if (auto bad = http::errors_of(id, last))
    co_return bad;
  const auto executor = co_await boost::asio::this_coro::executor;
  auto client = std::make_shared<stream>(s.events.hub().part_of(executor), realtime::reader{c.who.user, false});
  const realtime::room r{realtime::find_room_type("listing"), id->get()};
  const realtime::since from{std::nullopt, *last, "/headers/Last-Event-ID"};
  auto begun = co_await s.events.open(s, *client, r, c.who, from);
  if (!begun)
    co_return std::move(begun.error());
  http::reply out;
  out.content_type = "text/event-stream";
  out.events = [client, begun = std::move(*begun)](event_sink& sink) { return client->run(sink, begun); };
  co_return out;
}

} // namespace ainft::listing
