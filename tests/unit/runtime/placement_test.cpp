#include "runtime/cluster/local_shards.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace {

using namespace ainft::runtime;
using namespace ainft::runtime::cluster;

member node(const std::string& name, standing at = standing::active,
            std::vector<role> roles = {role::front, role::entities, role::workers}) {
  member m;
  m.node = uuid::derived(time_point{}, name);
  m.name = name;
  m.at = at;
  m.roles = std::move(roles);
  return m;
}

membership of(uint64_t epoch, std::vector<member> members) { return {epoch, std::move(members)}; }

std::vector<std::string> owners(const placement& p) {
  std::vector<std::string> out;
  for (size_t s = 0; s < shard_count; ++s)
    out.push_back(p.owner_of(s) ? p.owner_of(s)->name : "");
  return out;
}

} // namespace

TEST(placement, puts_an_id_into_the_same_shard_in_every_version) {
  EXPECT_EQ(shard_of(*uuid::parse("0190163d-8694-739b-aea5-966c26f8ad91")), 546u);
  EXPECT_EQ(shard_of(*uuid::parse("00000000-0000-0000-0000-000000000000")), 623u);
}

TEST(placement, names_the_same_owners_in_every_version) {
  auto a = node("a"), b = node("b");
  a.node = *uuid::parse("0190163d-8694-739b-aea5-000000000001");
  b.node = *uuid::parse("0190163d-8694-739b-aea5-000000000002");
  const placement p{of(1, {a, b})};
  std::string first;
  for (size_t s = 0; s < 16; ++s)
    first += p.owner_of(s)->name;
  EXPECT_EQ(first, "abbaaabbabababbb");
  EXPECT_EQ(p.owner_of(std::string_view{"settlement"})->name, "b");
}

RC_GTEST_PROP(placement, always_moves_only_what_a_node_brings_or_leaves, ()) {
  const auto count = *rc::gen::inRange(1, 9);
  std::vector<member> few;
  for (int i = 0; i < count; ++i)
    few.push_back(node(*rc::gen::arbitrary<std::string>() + std::to_string(i)));
  auto more = few;
  more.push_back(node("the one that comes"));
  const auto before = owners(placement{of(1, few)}), after = owners(placement{of(2, more)});
  size_t moved = 0;
  for (size_t s = 0; s < shard_count; ++s)
    if (before[s] != after[s]) {
      RC_ASSERT(after[s] == "the one that comes");
      ++moved;
    }
  const auto fair = shard_count / static_cast<size_t>(count + 1);
  RC_ASSERT(moved > fair / 2 && moved < fair * 2);
}

TEST(placement, gives_nothing_to_nodes_that_leave_or_have_another_role) {
  const placement p{of(1, {node("a"), node("b", standing::leaving), node("c", standing::active, {role::front})})};
  EXPECT_EQ(p.shards_of(node("a").node), shard_count);
  EXPECT_EQ(p.owner_of(std::string_view{"settlement"})->name, "a");
  EXPECT_EQ(placement{of(1, {node("c", standing::active, {role::front})})}.owner_of(size_t{0}), nullptr);
}

TEST(here, opens_what_it_gets_when_all_others_have_let_go_of_it) {
  const auto me = node("me");
  auto other = node("other");
  local_shards h{me.node};
  h.adopt(of(1, {other}));
  EXPECT_FALSE(h.now()->is_settled(me.node));
  h.adopt(of(2, {other, me}));
  uuid id;
  do
    id = uuid::make();
  while (!h.owns(id));
  EXPECT_FALSE(h.is_open(id));
  other.settled_epoch = 2;
  h.adopt(of(2, {other, me}));
  EXPECT_TRUE(h.is_open(id));
  // A third node joins. The shards that stay here remain open all the time.
  h.adopt(of(3, {other, me, node("third")}));
  EXPECT_EQ(h.is_open(id), h.owns(id));
  EXPECT_FALSE(h.is_open());
}

TEST(here, never_goes_back_to_an_older_membership) {
  local_shards h{node("me").node};
  h.adopt(of(5, {node("me")}));
  h.adopt(of(4, {node("me"), node("other")}));
  EXPECT_EQ(h.now()->epoch(), 5u);
  EXPECT_EQ(h.now()->who().members.size(), 1u);
}

TEST(here, serves_only_while_its_lease_lasts) {
  local_shards h{node("me").node};
  EXPECT_FALSE(h.may_serve());
  h.extend_lease(local_shards::clock::now() + std::chrono::hours{1});
  EXPECT_TRUE(h.may_serve());
  h.extend_lease(local_shards::clock::now() - std::chrono::milliseconds{1});
  EXPECT_FALSE(h.may_serve());
}
