// Measures followers that catch up with a journal of N events (default: 200,000) of 1,000 entities:
//   tools/shell/with_services build/release/tests/followers [N]
// The limit is a program that only reads the journal. Then one follower and twenty followers handle all events; and one
// follower whose handler takes a millisecond, with one key and with sixteen keys at a time.
#include "tests/support/followers.hpp"
#include "runtime/register_types.hpp"

#include <caf/event_based_actor.hpp>

#include <atomic>
#include <cstdio>
#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double>(clock_type::now() - begin).count();
}

void fill(const test_database& db, size_t count) {
  db.ask(
    "insert into journal (entity_id, sequence, kind, type, version, payload, at) "
    "select ('01900000-0000-7000-8000-' || lpad(to_hex(n % 1000), 12, '0'))::uuid, n / 1000 + 1, 'counter', 'added', "
    "1, '{\"n\":1}', now() from generate_series(0, "
    + std::to_string(count - 1) + ") n");
}

/// Reads the whole journal with one reader, and returns the events per second.
double read_all(node& n, size_t count) {
  caf::scoped_actor self{n.system};
  const auto begin = clock_type::now();
  journal_cursor at;
  for (bool more = true; more;)
    self->request(n.log.queries.front(), std::chrono::seconds{30}, read_journal{at, {"counter.added"}, 500})
      .receive(
        [&](const journal_slice& slice) {
          at = slice.upto;
          more = slice.more;
        },
        [](const caf::error& e) { throw std::runtime_error{to_string(e)}; });
  return static_cast<double>(count) / seconds_since(begin);
}

using handler = std::function<void(const followed_event&, std::function<void(caf::error)>)>;

/// Starts `followers` followers, and returns how many events per second each handles.
double follow_all(node& n, size_t count, int followers, size_t concurrency, const handler& handle) {
  std::atomic<size_t> handled{0};
  std::vector<caf::actor> started;
  const auto begin = clock_type::now();
  for (int i = 0; i < followers; ++i) {
    follower_settings s;
    static size_t names = 0;
    s.name = std::string(++names, 'x'); // a name has letters alone, and each follower begins at its own cursor
    s.event_types = {"counter.added"};
    s.concurrency = concurrency;
    s.handle = [&handled, &handle](const followed_event& e, const std::function<void(caf::error)>& done) {
      handle(e, [&handled, done](const caf::error& failed) {
        ++handled;
        done(failed);
      });
    };
    started.push_back(start_follower(n.system, n.log, std::move(s)).actor);
  }
  while (handled < count * static_cast<size_t>(followers))
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  const auto out = static_cast<double>(count) / seconds_since(begin);
  for (const auto& a : started)
    caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  return out;
}

} // namespace

int main(int argc, char** argv) {
  register_types();
  const size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  const test_database db;
  fill(db, count);
  node n{db};
  const auto limit = read_all(n, count);
  std::printf("a program that only reads: %.0f events per second\n", limit);
  const handler at_once = [](const followed_event&, const std::function<void(caf::error)>& done) { done({}); };
  for (const int followers : {1, 20}) {
    const auto each = follow_all(n, count, followers, 16, at_once);
    std::printf("%d followers: each %.0f events per second (%.2f of the limit in sum)\n", followers, each,
                each * followers / limit);
    std::fflush(stdout);
  }
  const auto timer = n.system.spawn<caf::hidden>([](caf::event_based_actor* self) -> caf::behavior {
    return {[self](const continuation& c) { self->run_delayed(std::chrono::milliseconds{1}, c.run); }};
  });
  n.others.push_back(timer);
  const handler slowly = [timer](const followed_event&, std::function<void(caf::error)> done) {
    caf::anon_send(timer, continuation{[done = std::move(done)] { done({}); }});
  };
  test_database small;
  fill(small, 5'000);
  node other{small};
  const auto one = follow_all(other, 5'000, 1, 1, slowly), sixteen = follow_all(other, 5'000, 1, 16, slowly);
  std::printf("a handler that takes 1 ms: %.0f events per second with one key at a time, %.0f with 16 (%.1f times)\n",
              one, sixteen, sixteen / one);
}
