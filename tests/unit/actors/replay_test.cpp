// After any commands, three states are the same: the live one, the one from the journal, and the one from a snapshot.
#include "runtime/entity_history.hpp"
#include "tests/support/random_life.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <set>

namespace {

using namespace ainft;
using namespace ainft::random_life;
using runtime::committed_event;
using runtime::row_write;

std::string text_of(const std::vector<row_write>& rows) {
  std::string out;
  for (const auto& row : rows) {
    out.append(row.statement->name).append(" ").append(row.key ? row.key->str() : "-");
    for (const auto& v : row.values)
      out.append(" | ").append(v ? *v : "(null)");
    out += '\n';
  }
  return out;
}

/// An entity with its journal, as runtime::entity has it, but without the actor.
template <class Domain>
struct life {
  using state = typename Domain::state;

  state now{};
  std::vector<committed_event> journal;
  std::vector<std::string> states; ///< JSON, after each event
  std::vector<std::string> rows;   ///< projected by each event
  std::set<std::string> types;

  /// Gives random commands until the entity, once it exists, has got `length` of them.
  life(uint64_t seed, size_t length) {
    filler f{seed};
    for (size_t i = 0, tries = 0; i < length && tries < 100 * length; ++tries) {
      f.now = f.now + std::chrono::seconds{f.below(40)};
      step(f);
      i += journal.empty() ? 0 : 1;
    }
  }

private:
  void step(filler& f) {
    const auto who = anybody(f);
    if constexpr (requires(const runtime::wake& w, const runtime::decision_context& dc) { decide(now, w, dc); })
      if (const auto due = deadline(now); due && *due <= f.now && !journal.empty() && f.one_in(2)) {
        const runtime::principal platform;
        return take(decide(now, runtime::wake{}, {f.now, platform}), f.now, platform);
      }
    std::visit(
      [&]<class Command>(const Command& c) {
        if (!journal.empty() || creates<Command>())
          take(decide(now, c, {f.now, who}), f.now, who);
      },
      any_command<Domain>(f, now));
  }

  template <class Decided>
  void take(const Decided& decided, runtime::time_point at, const runtime::principal& who) {
    if (!decided)
      return;
    for (const auto& e : *decided) {
      const auto stored = runtime::encode_event(e);
      const auto sequence = journal.size() + 1;
      runtime::row_writes projected;
      evolve(now, e);
      project(now, e, {at, who, sequence}, projected);
      journal.push_back({{}, sequence, std::string{stored.type}, stored.version, stored.payload, at, {}});
      states.push_back(runtime::to_json(now));
      rows.push_back(text_of(projected.take()));
      types.insert(std::string{stored.type});
    }
  }
};

template <class Domain>
struct replay : testing::Test {};

template <class... Ts>
testing::Types<Ts...> types_of(kind_list<Ts...>);
using replayed_kinds = decltype(types_of(all_kinds{}));
TYPED_TEST_SUITE(replay, replayed_kinds);

template <class... Es>
std::set<std::string> names_of(std::variant<Es...>*) {
  return {std::string{runtime::short_type_name<Es>()}...};
}

template <class Domain>
void expect_the_same(const life<Domain>& lived, size_t snapshot_at) {
  const auto told = runtime::replay<Domain>(lived.journal);
  RC_ASSERT(static_cast<bool>(told));
  RC_ASSERT(told->states == lived.states);
  for (size_t i = 0; i < lived.rows.size(); ++i)
    RC_ASSERT(text_of(told->rows[i]) == lived.rows[i]);
  // The same from a snapshot.
  using state = typename Domain::state;
  const auto read = [](const std::string& text) {
    return runtime::from_json<state>(nlohmann::json::parse(text), runtime::json_reader::unknown_fields::ignored);
  };
  auto from = read(lived.states.at(snapshot_at));
  RC_ASSERT(static_cast<bool>(from));
  RC_ASSERT(runtime::to_json(*from) == lived.states[snapshot_at]);
  for (size_t i = snapshot_at + 1; i < lived.journal.size(); ++i) {
    const auto& stored = lived.journal[i];
    const auto e = runtime::decode_event<typename Domain::events>(stored.type, stored.version, stored.payload);
    RC_ASSERT(static_cast<bool>(e));
    evolve(*from, *e);
    RC_ASSERT(runtime::to_json(*from) == lived.states[i]);
  }
}

} // namespace

TYPED_TEST(replay, makes_what_was_and_so_does_a_snapshot) {
  EXPECT_TRUE(rc::check("the living state = its events applied again = its snapshot and what came after", [] {
    const auto seed = *rc::gen::arbitrary<uint64_t>();
    const auto length = *rc::gen::inRange<size_t>(1, 80);
    const life<TypeParam> lived{seed, length};
    RC_PRE(!lived.journal.empty());
    expect_the_same(lived, *rc::gen::inRange<size_t>(0, lived.journal.size()));
  }));
}

// The property above is worthless if the random commands miss an event type.
TYPED_TEST(replay, of_random_commands_meets_every_event) {
  std::set<std::string> seen;
  for (uint64_t seed = 1; seed <= 500; ++seed)
    seen.merge(life<TypeParam>{seed, 300}.types);
  EXPECT_THAT(seen, testing::IsSupersetOf(names_of(static_cast<typename TypeParam::events*>(nullptr))));
}
