// Several nodes of a cluster in one process, with real links and certificates, but without a membership keeper.
#include "runtime/cluster/router.hpp"
#include "runtime/entity.hpp"
#include "tests/support/rig.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>

#include <cstdlib>
#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using namespace ainft::runtime::cluster;
using std::chrono::milliseconds;

errc code_of(const result<answer>& r) { return r ? errc::none : explain(r.error()).code; }

const std::string& certificates() {
  static const std::string folder = [] {
    const auto out = std::string{std::getenv("TEST_FOLDER")} + "/certificates";
    if (std::system(("'" TESTS_FOLDER "/../tools/certificates' '" + out + "' node >/dev/null").c_str()) != 0)
      throw std::runtime_error{"no certificates"};
    caf::init_global_meta_objects<caf::id_block::ainft_cluster>();
    caf::io::middleman::init_global_meta_objects();
    return out;
  }();
  return folder;
}

caf::actor_system_config& secure(caf::actor_system_config& config) {
  config.openssl_certificate = certificates() + "/node.pem";
  config.openssl_key = certificates() + "/node.key";
  config.openssl_cafile = certificates() + "/authority.pem";
  config.load<caf::io::middleman>();
  config.load<caf::openssl::manager>();
  return config;
}

struct test_node {
  test_node(const test_database& db, uint8_t number) : system{secure(config)}, self{id_of(number)} {
    persistence::start_journal(system, {.writer = {.url = db.url()}}, log);
    host.add<counter::domain>();
    as_member.node = self.self();
    as_member.name = "n" + std::to_string(number);
    as_member.host = "127.0.0.1";
    as_member.roles = {role::entities};
    as_member.port = to.listen();
    self.extend_lease(local_shards::clock::now() + std::chrono::hours{1});
    entities.join(self, to, [this] { ++refreshes; });
    self.listen([this](const placement& p) {
      to.expect(p.who());
      entities.on_change();
    });
  }

  ~test_node() {
    entities.close();
    to.close();
    host.close();
    until([this] { return host.count() == 0; }, "the end of all entities");
    persistence::end_journal(log);
    system.await_all_actors_done(); // the links' actors use members that end before `system`
  }

  static uuid id_of(uint8_t number) {
    uuid out;
    out.bytes[15] = number;
    return out;
  }

  std::future<result<answer>> ask(const uuid& id, caf::message what, milliseconds timeout = milliseconds{10'000}) {
    auto promise = std::make_shared<std::promise<result<answer>>>();
    entities.ask(counter::domain::kind, id, std::move(what), timeout, [promise](result<caf::message> got) {
      promise->set_value(got ? result<answer>{got->get_as<answer>(0)} : result<answer>{got.error()});
    });
    return promise->get_future();
  }
  /// Sends a message as a node of another version would, and waits for the answer.
  entity_says say_by_hand(const test_node& other, ask_entity what) {
    by_hand = {};
    auto said = by_hand.get_future();
    what.number = foreign;
    until([&] { return to.send(other.self.self(), ask_entity{what}); }, "a link");
    return said.get();
  }
  std::future<result<answer>> add(const uuid& id, int64_t n) {
    return ask(id, command_message(command_context{}, counter::add{n}));
  }

  caf::actor_system_config config;
  caf::actor_system system;
  journal log;
  local_shards self;
  std::atomic<int> refreshes{0};
  static constexpr uint64_t foreign = uint64_t{1} << 62; ///< number of a request that the router did not send
  std::promise<entity_says> by_hand;
  entity_host host{
    system, log, system_clock(), {std::chrono::minutes{5}, 400, std::chrono::minutes{5}, {}, [this](const uuid& id) {
                                    return self.owns(id);
                                  }}};
  reply_port port{system};
  router entities{system, host, port};
  member as_member;
  links to{system,
           self,
           {"127.0.0.1", 0, "test"},
           {[this](const uuid& from, ask_entity a) { entities.on_ask(from, std::move(a)); },
            [this](entity_says s) {
              if (s.number >= foreign)
                return by_hand.set_value(std::move(s));
              entities.on_answer(std::move(s));
            },
            [this](const uuid& n) { entities.on_lost(n); }, [](const uuid&, bool) {}, [] {}}};
};

/// A membership of these nodes, all of them settled.
membership of(uint64_t epoch, std::initializer_list<const test_node*> nodes) {
  membership out;
  out.epoch = epoch;
  for (const auto* s : nodes) {
    out.members.push_back(s->as_member);
    out.members.back().settled_epoch = epoch;
  }
  return out;
}

uuid owned_by(const test_node& s) {
  uuid id;
  do
    id = uuid::make();
  while (!s.self.owns(id));
  return id;
}

} // namespace

TEST(router, reaches_an_entity_on_the_other_node_with_its_refusals_and_fields) {
  test_database db;
  test_node one{db, 1}, two{db, 2};
  for (auto* s : {&one, &two})
    s->self.adopt(of(1, {&one, &two}));
  const auto id = owned_by(two);
  const auto first = one.add(id, 3).get();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->version, 1u);
  EXPECT_EQ(one.host.count(), 0u);
  EXPECT_EQ(two.host.count(), 1u);
  const auto refused = one.add(id, -1).get();
  ASSERT_FALSE(refused);
  const auto why = explain(refused.error());
  EXPECT_EQ(why.code, errc::validation_failed);
  ASSERT_EQ(why.fields.size(), 1u);
  EXPECT_EQ(why.fields[0].pointer, "/n");
  EXPECT_EQ(code_of(one.ask(uuid::make(), caf::make_message(get_view{})).get()), errc::not_found);
}

TEST(router, keeps_many_questions_apart) {
  test_database db;
  test_node one{db, 1}, two{db, 2};
  for (auto* s : {&one, &two})
    s->self.adopt(of(1, {&one, &two}));
  std::vector<std::pair<uuid, std::future<result<answer>>>> all;
  for (int i = 1; i <= 300; ++i) {
    const auto id = uuid::make();
    all.emplace_back(id, (i % 2 ? one : two).add(id, i));
  }
  int64_t n = 0;
  for (auto& [id, said] : all) {
    const auto got = said.get();
    ASSERT_TRUE(got);
    EXPECT_EQ(nlohmann::json::parse(got->body)["total"], ++n);
  }
}

TEST(router, follows_what_another_node_knows_better) {
  test_database db;
  test_node one{db, 1}, two{db, 2}, three{db, 3};
  // The first node does not know the third one, to which the second one has handed the entity over.
  one.self.adopt(of(1, {&one, &two}));
  for (auto* s : {&two, &three})
    s->self.adopt(of(2, {&one, &two, &three}));
  uuid id;
  do
    id = uuid::make();
  while (!three.self.owns(id) || one.self.now()->owner_of(id)->node != two.self.self());
  auto said = one.add(id, 4);
  until([&] { return one.refreshes > 0; }, "a wish to know more");
  EXPECT_EQ(said.wait_for(milliseconds{0}), std::future_status::timeout) << "it waits until its node knows more";
  one.self.adopt(of(2, {&one, &two, &three}));
  ASSERT_TRUE(said.get());
  EXPECT_EQ(three.host.count(), 1u);
  EXPECT_EQ(two.host.count(), 0u);
}

TEST(router, has_a_message_wait_for_an_entity_whose_last_owner_has_not_let_go) {
  test_database db;
  test_node one{db, 1}, two{db, 2};
  one.self.adopt(of(1, {&one}));
  const auto before = of(2, {&one, &two});
  two.self.adopt(before);
  uuid id;
  do
    id = uuid::make();
  while (!two.self.owns(id));
  ASSERT_TRUE(one.add(id, 1).get());
  auto now = of(3, {&one, &two});
  for (auto& m : now.members)
    if (m.node == one.self.self())
      m.settled_epoch = 2;
  two.self.adopt(now);
  one.self.adopt(now);
  // The second node owns the entity, but the first one still holds it.
  EXPECT_TRUE(two.self.owns(id));
  auto said = two.add(id, 2);
  while (one.host.passivate_foreign() > 0)
    std::this_thread::sleep_for(milliseconds{5});
  const auto settled = of(3, {&one, &two});
  two.self.adopt(settled);
  const auto got = said.get();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->version, 2u);
}

TEST(router, says_that_the_outcome_is_unknown_when_a_node_is_lost_with_a_command) {
  test_database db;
  test_node one{db, 1}, two{db, 2};
  for (auto* s : {&one, &two})
    s->self.adopt(of(1, {&one, &two}));
  const auto id = owned_by(two);
  ASSERT_TRUE(one.add(id, 1).get());
  // Lock the journal, so that the command has no answer when the node is lost.
  pqxx::connection c{db.url()};
  pqxx::work lock{c};
  lock.exec("lock table journal in access exclusive mode");
  auto command = one.add(id, 1);
  // The append's lock.
  const auto waiting =
    "select count(*) from pg_locks where relation = 'journal'::regclass and mode = 'RowExclusiveLock' and not granted";
  until([&] { return db.ask(waiting) != "0"; }, "the command waiting for the database");
  one.self.adopt(of(2, {&one}));
  const auto got = command.get();
  EXPECT_EQ(code_of(got), errc::outcome_unknown) << (got ? "it was done" : to_string(got.error()));
  lock.abort();
}

TEST(router, serves_nothing_once_its_lease_is_over) {
  test_database db;
  test_node one{db, 1};
  one.self.adopt(of(1, {&one}));
  ASSERT_TRUE(one.add(uuid::make(), 1).get());
  one.self.end_lease();
  EXPECT_EQ(code_of(one.add(uuid::make(), 1).get()), errc::unavailable);
}

TEST(router, has_the_journal_decide_between_two_owners) {
  test_database db;
  test_node one{db, 1}, two{db, 2};
  // Each node assumes that it is alone, so both own everything.
  one.self.adopt(of(1, {&one}));
  two.self.adopt(of(1, {&two}));
  const auto id = uuid::make();
  ASSERT_TRUE(one.add(id, 1).get());
  int64_t written = 1, refused = 0;
  for (int round = 0; round < 40; ++round) {
    auto a = one.add(id, 1), b = two.add(id, 1);
    for (auto* said : {&a, &b}) {
      const auto got = said->get();
      if (got)
        ++written;
      else
        ++refused;
    }
  }
  // A node whose append was refused has loaded its state again and retried on top of the other node's event.
  EXPECT_EQ(written + refused, 81);
  EXPECT_GT(written, 41);
  EXPECT_EQ(db.ask("select count(*) from journal where entity_id = '" + id.str() + "'"), std::to_string(written));
  EXPECT_EQ(db.ask("select max(sequence) from journal where entity_id = '" + id.str() + "'"), std::to_string(written));
  for (auto* s : {&one, &two}) {
    const auto seen = s->add(id, 1).get();
    ASSERT_TRUE(seen);
    EXPECT_EQ(nlohmann::json::parse(seen->body)["total"], ++written) << "both know all that was written";
  }
}

TEST(router, understands_a_newer_version_and_refuses_by_name_what_it_does_not_know) {
  test_database db;
  test_node one{db, 1}, two{db, 2};
  for (auto* s : {&one, &two})
    s->self.adopt(of(1, {&one, &two}));
  const auto id = owned_by(two);
  auto context = to_json(command_context{});
  context.insert(1, R"("mood":"good",)");
  const auto from_newer = [&](std::string kind, std::string type, std::string body) {
    return one.say_by_hand(two,
                           {0, 1, wire_schema + 1, std::move(kind), id, std::move(type), context, std::move(body)});
  };
  const auto taken = from_newer("counter", "add", R"({"n":5,"currency":{"is":"new"}})");
  ASSERT_EQ(taken.refusal, "") << taken.detail;
  EXPECT_EQ(nlohmann::json::parse(taken.body)["total"], 5);
  EXPECT_EQ(two.host.dead_letters().all().size(), 0u);

  const auto unknown = from_newer("counter", "multiply", R"({"by":2})");
  EXPECT_EQ(unknown.refusal, "unknown_message");
  EXPECT_EQ(unknown.detail, "this node does not know the message multiply");
  const auto unreadable = from_newer("counter", "add", R"({"n":"many"})");
  EXPECT_EQ(unreadable.refusal, "unknown_message");
  EXPECT_NE(unreadable.detail.find("add"), std::string::npos) << unreadable.detail;
  const auto kind = from_newer("planet", "add", R"({"n":1})");
  EXPECT_EQ(kind.refusal, "unknown_message");
  EXPECT_EQ(kind.detail, "this node does not know the kind planet");

  const auto lost = two.host.dead_letters().all();
  ASSERT_EQ(lost.size(), 3u);
  EXPECT_EQ(lost[0].message, "multiply");
  EXPECT_EQ(lost[0].reason, unknown.detail);
  EXPECT_EQ(lost[2].kind, "planet");
  EXPECT_EQ(nlohmann::json::parse(one.ask(id, caf::make_message(get_view{})).get()->body)["total"], 5)
    << "nothing else was done";
}

TEST(router, shows_why_a_message_that_wanted_no_answer_was_lost) {
  test_database db;
  test_node one{db, 1};
  one.self.adopt(of(1, {&one}));
  const auto id = uuid::make();
  one.self.end_lease();
  one.entities.tell(counter::domain::kind, id, caf::make_message(wake{}));
  const auto lost = one.host.dead_letters().all();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].id, id);
  EXPECT_EQ(lost[0].message, "ainft::runtime::wake");
  EXPECT_EQ(lost[0].reason, "this node's cluster lease has expired");
}
