#include "persistence/start_journal.hpp"

#include "persistence/journal_reader.hpp"
#include "runtime/journal_tail.hpp"

#include <caf/send.hpp>

namespace ainft::persistence {

void start_journal(caf::actor_system& system, journal_settings settings, runtime::journal& to) {
  to.known_events = std::move(settings.known_events);
  const auto start_reader = [&] { return start_journal_reader(system, settings.writer.url, to.known_events); };
  const auto fill = [&](runtime::reader_pool& pool, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i)
      pool.push_back(start_reader());
  };
  fill(to.loads, settings.load_readers);
  fill(to.followers, settings.follower_readers);
  fill(to.queries, settings.query_readers);
  to.tail_reader = start_reader();
  to.tail = runtime::start_journal_tail(system, {to.tail_reader, to.followers}, to.known_events);
  settings.writer.after_commit = [tail = to.tail, next = std::move(settings.writer.after_commit)] {
    caf::anon_send(tail, runtime::journal_advanced{});
    if (next)
      next();
  };
  for (uint32_t i = 0; i < settings.writers; ++i)
    to.writers.push_back(start_journal_writer(system, settings.writer));
}

void end_journal(const runtime::journal& log) {
  for (const auto& w : log.writers)
    caf::anon_send_exit(w.actor, caf::exit_reason::user_shutdown);
  for (const auto& reader : log.all_readers())
    caf::anon_send_exit(reader, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(log.tail, caf::exit_reason::user_shutdown);
}

} // namespace ainft::persistence
