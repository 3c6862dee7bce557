#include "tests/support/rig.hpp"

#include "runtime/codec/json_reader.hpp"
#include "runtime/entity.hpp"
#include "runtime/journal_tail.hpp"

#include <cstdlib>
#include <thread>

namespace ainft::rig {

using namespace runtime;

namespace {

/// Creates a database and returns its URL.
std::string make_database(const std::string& how) {
  const char* server = std::getenv("TEST_POSTGRES");
  if (!server)
    throw std::runtime_error{"run integration tests under tools/shell/with_services"};
  auto name = "t_" + uuid::make().str();
  std::replace(name.begin(), name.end(), '-', '_');
  pqxx::connection admin{std::string{server} + " dbname=postgres"};
  pqxx::nontransaction{admin}.exec("create database " + name + how);
  return std::string{server} + " dbname=" + name;
}

/// The name of a migrated database with the table `counters`. Test databases are copies of it: a copy takes a third of
/// the CPU time of the migrations.
const std::string& migrated_database() {
  static const auto name = [] {
    const auto url = make_database("");
    persistence::session db{url};
    persistence::migrate(db);
    pqxx::nontransaction{db.open()}.exec("create table counters (total bigint not null check (total < 1000))");
    return url.substr(url.rfind('=') + 1);
  }();
  return name;
}

} // namespace

test_database::test_database(const test_database& of)
  : url_{make_database(" template " + of.ask("select current_database()"))} {}

test_database::test_database() : url_{make_database(" template " + migrated_database())} {}

std::string test_database::ask(const std::string& sql) const {
  pqxx::connection c{url_};
  pqxx::nontransaction tx{c};
  const auto got = tx.exec(sql);
  return got.empty() || got.columns() == 0 ? "" : got[0][0].c_str();
}

void until(const std::function<bool()>& look, const char* what) {
  for (int i = 0; i < 1000; ++i) {
    if (look())
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  FAIL() << what << " did not come about in ten seconds";
}

node::node(const test_database& database, entity_settings settings, const std::vector<std::string>& later_events)
  : host{system, log, system_clock(), settings} {
  host.add<counter::domain>();
  auto known = host.known_events();
  known.insert(known.end(), later_events.begin(), later_events.end());
  persistence::start_journal(system, {.writer = {.url = database.url()}, .known_events = std::move(known)}, log);
  caf::anon_send(log.tail, begin_tail{{.handle = [](const journal_slice&) {}, .poll = std::chrono::milliseconds{20}}});
}

node::~node() {
  for (const auto& a : others)
    caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  host.close();
  until([this] { return host.count() == 0; }, "the end of all entities");
  persistence::end_journal(log);
  system.await_all_actors_done();
}

std::future<result<answer>> node::ask(const uuid& id, caf::message m) {
  auto promise = std::make_shared<std::promise<result<answer>>>();
  auto out = promise->get_future();
  port.ask(host.find(counter::domain::kind, id), std::move(m), std::chrono::seconds{20},
           [promise](result<caf::message> got) {
             promise->set_value(got ? result<answer>{got->get_as<answer>(0)} : result<answer>{got.error()});
           });
  return out;
}

counter::view node::view(const uuid& id) {
  const auto got = look_at(id).get();
  if (!got)
    throw std::runtime_error{"no view: " + explain(got.error()).detail};
  return *from_json<counter::view>(*parse_json(got->body));
}

} // namespace ainft::rig
