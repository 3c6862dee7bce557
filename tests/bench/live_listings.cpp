// Measures how many listings fit on one node. Loads N listings (default: a million) from the journal into memory,
// prints the time and the memory, and passivates them again.
//   tools/shell/with_services tests/bench/live_listings [N]
#include "actors/capability.hpp"
#include "actors/market/listing/domain.hpp"
#include "persistence/start_journal.hpp"
#include "runtime/entity.hpp"
#include "tests/support/rig.hpp"

#include <cstdio>
#include <fstream>
#include <thread>

#include <unistd.h>

namespace {

using namespace ainft;
using namespace ainft::runtime;
using clock_type = std::chrono::steady_clock;

double resident_gib() {
  std::ifstream in{"/proc/self/statm"};
  uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024 * 1024);
}

double seconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double>(clock_type::now() - begin).count();
}

/// Writes `count` auctions that run for a day. The platform's code encodes one event (`created`); the others are copies
/// of it.
void fill(const std::string& url, const std::string& created, size_t count) {
  persistence::session db{url, "set statement_timeout = 0"};
  static constexpr persistence::statement insert{"bench_fill", R"sql(
    insert into journal (entity_id, sequence, kind, type, version, payload, at)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, s, 'listing',
           case s when 1 then 'listing_created' else 'listing_live' end, 1,
           (case s when 1 then $1 else '{"transaction":"txn_01j0b3t1m4e6gtxbrcke7k8ggh"}' end)::json, now()
    from generate_series(1, $2::bigint) n, generate_series(1, 2) s)sql"};
  db.run(insert, persistence::parameters{created, count});
}

uuid id_of(size_t n) {
  uuid out = *uuid::parse("01900000-0000-7000-8000-000000000000");
  for (int i = 0; i < 6; ++i)
    out.bytes[15 - i] = static_cast<uint8_t>(n >> (8 * i));
  return out;
}

std::string a_listing() {
  listing::listing_created e;
  e.id = listing_id::make();
  e.terms.kind = listing::kind::auction;
  e.terms.nft = nft_id::make();
  e.terms.price = *solana::positive_lamports::parse("1000000000");
  e.terms.min_increment = e.terms.price;
  e.terms.mint = *solana::public_key::parse("11111111111111111111111111111111");
  e.terms.seller = {user_id::make(), *solana::public_key::parse("11111111111111111111111111111111")};
  e.terms.ends_at = system_clock().now() + std::chrono::hours{24};
  e.at = system_clock().now();
  return to_json(e);
}

struct node {
  explicit node(const std::string& url) {
    persistence::start_journal(system, {.writer = {.url = url}, .load_readers = 4}, log);
    host.add<listing::domain>();
  }
  caf::actor_system_config config;
  caf::actor_system system{config};
  journal log;
  entity_host host{system, log, system_clock(), {std::chrono::seconds{100}, 400, std::chrono::seconds{100}}};
  reply_port port{system};
};

} // namespace

int main(int argc, char** argv) {
  register_types();
  const size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  const rig::test_database db;
  fill(db.url(), a_listing(), count);
  std::printf("%zu listings are in the journal; the process has %.2f GiB\n", count, resident_gib());
  std::fflush(stdout);
  node n{db.url()};
  std::atomic<size_t> answered{0}, failed{0};
  const auto begin = clock_type::now();
  for (size_t i = 1; i <= count; ++i) {
    while (i - answered > 2'000)
      std::this_thread::sleep_for(std::chrono::microseconds{200});
    n.port.ask(n.host.find(listing::domain::kind, id_of(i)), caf::make_message(get_view{}), std::chrono::seconds{60},
               [&](const result<caf::message>& got) {
                 failed += !got;
                 ++answered;
               });
    if (i % 100'000 == 0) {
      std::printf("  %zu, %.2f GiB, %.0f a second\n", i, resident_gib(),
                  static_cast<double>(answered) / seconds_since(begin));
      std::fflush(stdout);
    }
  }
  while (answered < count)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  const auto took = seconds_since(begin);
  std::printf("%zu live at once, %zu failed: %.2f GiB (4 wanted at most), %.0f activations a second (20000 wanted)\n",
              n.host.count(), failed.load(), resident_gib(), static_cast<double>(count) / took);
  std::fflush(stdout);
  const auto resting = clock_type::now();
  while (n.host.count() > 0 && seconds_since(resting) < 300)
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  std::printf("%zu live after they were left alone for %.0f s: %.2f GiB\n", n.host.count(), seconds_since(resting),
              resident_gib());
  std::fflush(stdout);
  std::_Exit(failed == 0 && n.host.count() == 0 ? 0 : 1);
}
