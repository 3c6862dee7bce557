#include "actors/chain/sponsor/budget.hpp"
#include "tests/support/journeys.hpp"
#include "tests/support/rig.hpp"

#include <rapidcheck/gtest.h>

#include <thread>

namespace {

using namespace ainft;
using namespace ainft::sponsor;
using namespace ainft::testing;
using namespace ainft::testing_values;
using runtime::errc;

constexpr uint64_t nearly_all = uint64_t{1} << 62;
const user_id anna{person(1).user}, bela{person(2).user};
const studio_id atelier{person(3).user};

limits of(uint64_t user, uint64_t studio, uint64_t all) {
  limits out;
  out.of_user = lamports{user};
  out.of_studio = lamports{studio};
  out.of_all = lamports{all};
  return out;
}

reservation holding(uint64_t most, user_id user = anna, std::optional<studio_id> studio = std::nullopt,
                    runtime::time_point until = at(100)) {
  return {transaction_id::make(), user, studio, lamports{most}, lamports{std::min<uint64_t>(most, 10)}, until};
}

/// Makes a reservation. Returns the refusal if there is one.
caf::error try_to(persistence::session& db, const reservation& r, const limits& most, runtime::time_point now) {
  const auto full = reserve(db, r, most, now);
  return full ? refuse_full(*full, r, most, now) : caf::error{};
}

errc code(const caf::error& e) { return e ? runtime::explain(e).code : errc::none; }

/// Inserts a transaction's row in `state`, as its projection writes it.
void put_transaction(const rig::test_database& db, const transaction_id& id, const std::string& state) {
  const auto user = anna.get().str();
  const auto signature = solana::signature{std::string_view{id.str()}}.str();
  db.ask("insert into users values ('" + user + "', '" + wallet(1).str() + "', now()) on conflict do nothing");
  db.ask("insert into transactions (id, purpose, subject_id, requested_by, state, signature, last_valid_block_height, "
         "version, created_at) values ('"
         + id.get().str() + "', 'mint', '" + user + "', '" + user + "', '" + state + "', '" + signature
         + "', 1, 1, now())");
}

std::string sum(const rig::test_database& db, const std::string& what, const std::string& where = "scope = 'all'") {
  return db.ask("select coalesce(sum(" + what + "), 0) from sponsor_budgets where " + where);
}

} // namespace

TEST(sponsor_budget, is_held_for_user_studio_and_all_or_for_none) {
  rig::test_database db;
  persistence::session s{db.url()};
  const auto most = of(100, 60, 150);
  EXPECT_EQ(code(try_to(s, holding(60, anna, atelier), most, at())), errc::none);
  const auto full = try_to(s, holding(1, bela, atelier), most, at());
  EXPECT_EQ(code(full), errc::quota_exceeded);
  EXPECT_NE(runtime::explain(full).detail.find("studio"), std::string::npos);
  EXPECT_NE(runtime::explain(full).detail.find(renewal(at()).str()), std::string::npos);
  EXPECT_EQ(sum(db, "reserved"), "60") << "a refusal reserves nothing, anywhere";
  EXPECT_EQ(code(try_to(s, holding(41), most, at())), errc::quota_exceeded);
  EXPECT_EQ(code(try_to(s, holding(40), most, at())), errc::none);
  EXPECT_NE(runtime::explain(try_to(s, holding(51, bela), most, at())).detail.find("all users"), std::string::npos);
  EXPECT_EQ(code(try_to(s, holding(50, bela), most, at())), errc::none);
  EXPECT_EQ(code(try_to(s, holding(1, bela), most, at() + std::chrono::hours{24})), errc::none)
    << "the next day has budgets of its own";
}

TEST(sponsor_budget, counts_what_was_spent_in_place_of_what_was_reserved_and_once) {
  rig::test_database db;
  persistence::session s{db.url()};
  const auto r = holding(60, anna, atelier);
  EXPECT_EQ(code(try_to(s, r, of(100, 100, 100), at())), errc::none);
  EXPECT_TRUE(settle(s, r.id, lamports{25}));
  EXPECT_FALSE(settle(s, r.id, lamports{25}));
  EXPECT_EQ(sum(db, "reserved", "true"), "0");
  EXPECT_EQ(sum(db, "spent", "true"), "75") << "25 in each of the three";
  EXPECT_EQ(code(try_to(s, holding(76), of(100, 100, 100), at())), errc::quota_exceeded);
  EXPECT_EQ(code(try_to(s, holding(75), of(100, 100, 100), at())), errc::none);
}

TEST(sponsor_budget, releases_what_was_reserved_for_transactions_that_never_came_into_being) {
  rig::test_database db;
  persistence::session s{db.url()};
  const auto lost = holding(50), kept = holding(30);
  EXPECT_EQ(code(try_to(s, lost, of(100, 100, 100), at())), errc::none);
  EXPECT_EQ(code(try_to(s, kept, of(100, 100, 100), at())), errc::none);
  put_transaction(db, kept.id, "awaiting_signature");
  EXPECT_TRUE(find_overdue(s, at(100), 10).empty()) << "not before their time";
  const auto overdue = find_overdue(s, at(101), 10);
  ASSERT_EQ(overdue.size(), 1u);
  EXPECT_EQ(overdue[0].id, lost.id);
  EXPECT_EQ(overdue[0].assumed_cost(), lamports{});
  EXPECT_TRUE(settle(s, lost.id, overdue[0].assumed_cost()));
  EXPECT_EQ(sum(db, "reserved"), "30") << "what waits for its signature stays reserved";
}

TEST(sponsor_budget, settles_late_what_its_follower_has_missed) {
  rig::test_database db;
  persistence::session s{db.url()};
  const std::map<std::string, lamports> costs{
    {"confirmed", lamports{50}}, {"failed", lamports{10}}, {"expired", lamports{}}};
  for (const auto& [state, cost] : costs) {
    const auto r = holding(50);
    EXPECT_EQ(code(try_to(s, r, of(1'000, 1'000, 1'000), at())), errc::none);
    put_transaction(db, r.id, state);
    EXPECT_EQ(find_open(s, r.id)->assumed_cost(), cost) << state;
  }
  EXPECT_TRUE(find_overdue(s, at(101), 10).empty()) << "the follower has ten minutes";
  EXPECT_EQ(find_overdue(s, at(701), 10).size(), 3u);
}

TEST(sponsor_budget, forgets_budgets_of_long_ago) {
  rig::test_database db;
  persistence::session s{db.url()};
  EXPECT_EQ(code(try_to(s, holding(1), of(9, 9, 9), at())), errc::none);
  forget_old(s, at() + std::chrono::hours{24 * 7});
  EXPECT_EQ(sum(db, "reserved"), "1");
  forget_old(s, at() + std::chrono::hours{24 * 8});
  EXPECT_EQ(db.ask("select count(*) from sponsor_budgets"), "0");
}

TEST(sponsor_budget, is_never_overdrawn_by_many_at_once) {
  rig::test_database db;
  std::atomic<int> taken{0}, refused{0};
  std::vector<std::thread> nodes;
  nodes.reserve(8);
  for (int n = 0; n < 8; ++n)
    nodes.emplace_back([&, n] {
      persistence::session s{db.url()};
      for (int i = 0; i < 20; ++i) {
        const auto r = holding(10, n % 2 ? anna : bela, n % 3 ? std::optional{atelier} : std::nullopt);
        const auto got = code(try_to(s, r, of(nearly_all, nearly_all, 1'000), at()));
        ++(got == errc::none ? taken : refused);
        if (got == errc::none && i % 4 == 0 && settle(s, r.id, lamports{10}))
          continue; // all of it is spent, so the budget stays as full as before
      }
    });
  for (auto& t : nodes)
    t.join();
  EXPECT_EQ(taken, 100) << "of 160 tries at 10 in a budget of 1,000";
  EXPECT_EQ(refused, 60);
  EXPECT_EQ(sum(db, "reserved + spent"), "1000");
}

/// Complete journeys: random users mint and buy, and close token accounts in between. Transactions fail, expire, or are
/// lost in a crash before the platform stores them. Days pass.
RC_GTEST_PROP(sponsor_budget, is_never_exceeded_by_what_the_chain_takes_from_the_fee_payer, ()) {
  static const rig::test_database db;
  db.ask("truncate sponsor_budgets, sponsor_reservations");
  persistence::session s{db.url()};
  const auto payer = wallet(200);
  ledger chain{payer};
  const auto mint_cost =
    most_of(*cost_of(mint_message(payer, wallet(1), wallet(30))), rent_of(token_account_size))->get();
  const auto most = of(*rc::gen::inRange<uint64_t>(0, 3 * mint_cost), *rc::gen::inRange<uint64_t>(0, 4 * mint_cost),
                       *rc::gen::inRange<uint64_t>(0, 6 * mint_cost));
  struct open {
    reservation held;
    solana::message what;
    int64_t day;
  };
  std::vector<open> under_way;
  std::map<std::pair<int64_t, std::string>, uint64_t> lost; // by day, and by user or "all"
  int64_t day = 0;
  const auto end_one = [&](size_t which) {
    const auto tx = under_way[which];
    under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(which));
    const auto how = *rc::gen::inRange(0, 4); // confirmed, failed, expired, lost in a crash
    const auto cost = how < 2 ? chain.run(tx.what, how == 1) : 0;
    RC_ASSERT(cost <= (how == 1 ? tx.held.fee : tx.held.most).get());
    lost[{tx.day, tx.held.user.str()}] += cost;
    lost[{tx.day, "all"}] += cost;
    if (tx.held.studio)
      lost[{tx.day, tx.held.studio->str()}] += cost;
    RC_ASSERT(settle(s, tx.held.id, lamports{cost}));
  };
  const auto steps = *rc::gen::inRange(1, 60);
  for (int n = 0; n < steps; ++n) {
    const auto who = *rc::gen::inRange<uint8_t>(1, 4), token = *rc::gen::inRange<uint8_t>(30, 33);
    const bool mints = *rc::gen::arbitrary<bool>();
    const auto m = mints ? mint_message(payer, wallet(who), wallet(token))
                         : purchase_message(payer, wallet(9), wallet(who), wallet(token), lamports{1'000'000});
    const auto c = *cost_of(m);
    auto held = holding(0, user_id{person(who).user}, mints ? std::optional{atelier} : std::nullopt);
    held.most = *most_of(c, rent_of(token_account_size));
    held.fee = c.fee;
    if (!reserve(s, held, most, at() + std::chrono::hours{24 * day}))
      under_way.push_back({held, m, day});
    chain.close(solana::associated_token_address(wallet(who), wallet(token), solana::program::token_2022()));
    if (!under_way.empty() && *rc::gen::arbitrary<bool>())
      end_one(*rc::gen::inRange<size_t>(0, under_way.size()));
    day += *rc::gen::inRange(0, 8) == 0;
  }
  while (!under_way.empty())
    end_one(0);
  for (const auto& [whose, amount] : lost)
    RC_ASSERT(amount <= (whose.second == "all"           ? most.of_all
                         : whose.second == atelier.str() ? most.of_studio
                                                         : most.of_user)
                          .get());
  RC_ASSERT(chain.lost() <= static_cast<unsigned __int128>(most.of_all.get()) * static_cast<unsigned>(day + 1));
  RC_ASSERT(sum(db, "reserved", "true") == "0");
  RC_ASSERT(sum(db, "spent") == std::to_string(static_cast<uint64_t>(chain.lost())));
}
