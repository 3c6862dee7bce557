#include "actors/listing/event_stream.hpp"

#include "actors/listing/domain.hpp"
#include "persistence/journal_reader.hpp"
#include "runtime/event_feed.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <charconv>

namespace ainft::listing {

namespace {

using http::event_sink;
using runtime::committed_event;
using runtime::event_feed;
using runtime::errc;

constexpr auto heartbeat = std::chrono::seconds{15};

std::string event_text(const committed_event& e) {
  return "id: " + std::to_string(e.sequence) + "\nevent: " + e.type + "\ndata: {\"sequence\":" + std::to_string(e.sequence)
         + ",\"type\":\"" + e.type + "\",\"at\":\"" + e.at.str() + "\",\"data\":" + e.payload + "}\n\n";
}

/// One client's stream. `sent_` is the last event that it has.
class stream {
public:
  stream(const services& s, const listing_id& id, std::shared_ptr<event_feed> feed, runtime::answer start,
         std::optional<uint64_t> last_event)
    : s_{s}, id_{id}, feed_{std::move(feed)}, start_{std::move(start)}, resumes_{last_event.has_value()},
      sent_{last_event.value_or(start_.version)} {}

  boost::asio::awaitable<void> run(event_sink& sink) {
    sink.on_stop = [feed = feed_] { feed->interrupt(); };
    bool going = co_await begin(sink);
    while (going) {
      auto e = co_await next();
      if (e)
        going = co_await forward(sink, std::move(*e));
      else if (feed_->over())
        going = false;
      else
        going = co_await say(sink, ": still here\n\n");
    }
  }

private:
  boost::asio::awaitable<bool> begin(event_sink& sink) {
    if (resumes_)
      co_return co_await catch_up(sink, start_.version);
    auto text = "id: " + std::to_string(sent_) + "\nevent: snapshot\ndata: " + start_.body + "\n\n";
    co_return co_await say(sink, std::move(text));
  }

  static boost::asio::awaitable<bool> say(event_sink& sink, std::string text) { return sink.send(std::move(text)); }

  /// The next event, or nothing after a while.
  boost::asio::awaitable<std::optional<committed_event>> next() {
    auto timer = std::make_shared<boost::asio::steady_timer>(co_await boost::asio::this_coro::executor, heartbeat);
    timer->async_wait([feed = feed_](boost::system::error_code ec) {
      if (!ec)
        feed->interrupt();
    });
    auto e = co_await net::await_call<std::optional<committed_event>>([&](auto done) { feed_->next(std::move(done)); });
    timer->cancel();
    co_return e;
  }

  boost::asio::awaitable<bool> forward(event_sink& sink, committed_event e) {
    if (e.sequence <= sent_)
      co_return true;
    if (e.sequence > sent_ + 1) {
      const bool whole = co_await catch_up(sink, e.sequence - 1);
      if (!whole)
        co_return false;
    }
    sent_ = e.sequence;
    co_return co_await say(sink, event_text(e));
  }

  /// Sends what the journal has after `sent_` up to `upto`.
  boost::asio::awaitable<bool> catch_up(event_sink& sink, uint64_t upto) {
    while (sent_ < upto) {
      auto q = [id = id_.get(), after = sent_, upto](persistence::session& db) {
        return persistence::events_between(db, id, after, upto);
      };
      auto missed = co_await net::query(s_.db, std::move(q));
      if (!missed || missed->empty())
        co_return false;
      for (const auto& e : *missed) {
        const bool taken = co_await say(sink, event_text(e));
        if (!taken)
          co_return false;
        sent_ = e.sequence;
      }
    }
    co_return true;
  }

  const services& s_;
  listing_id id_;
  std::shared_ptr<event_feed> feed_;
  runtime::answer start_;
  bool resumes_;
  uint64_t sent_;
};

runtime::result<std::optional<uint64_t>> last_event_of(const http::call& c) {
  const auto it = c.headers->find("Last-Event-ID");
  if (it == c.headers->end())
    return std::optional<uint64_t>{};
  const std::string_view text{it->value().data(), it->value().size()};
  uint64_t out = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{} || end != text.data() + text.size())
    return runtime::refuse_field("/headers/Last-Event-ID", "must be the id of an event of this stream");
  return std::optional{out};
}

} // namespace

task<http::reply> stream_events(const services& s, http::call& c) {
  auto id = http::path_id<listing_id>(c);
  auto last = last_event_of(c);
  if (auto bad = http::first_error(id, last))
    co_return bad;
  auto entity = s.host.find(domain::kind, id->get());
  auto feed = std::make_shared<event_feed>(s.system, entity);
  auto subscription = caf::make_message(runtime::subscribe{feed->subscriber()});
  auto begun = co_await net::ask<runtime::answer>(s.port, entity, std::move(subscription), ask_timeout);
  if (!begun)
    co_return std::move(begun.error());
  if (*last && **last > begun->version)
    co_return runtime::refuse_field("/headers/Last-Event-ID", "is beyond the latest event, " + std::to_string(begun->version));
  http::reply out;
  out.content_type = "text/event-stream";
  auto client = std::make_shared<stream>(s, *id, std::move(feed), std::move(*begun), *last);
  out.events = [client](event_sink& sink) { return client->run(sink); };
  co_return out;
}

} // namespace ainft::listing
