#pragma once

#include "runtime/entity_history.hpp"
#include "runtime/messages.hpp"
#include "tests/support/random_life.hpp"

#include <rapidcheck.h>

#include <map>
#include <set>

/// The replay tests of entities: tests/unit/actors/replay_test.cpp and tests/integration/persistence/replay_test.cpp.
/// They test every kind that has a `registration`. The registration of a kind is in
/// tests/support/random_life/<kind>.cpp, after the `mend` functions of the kind:
///
///   namespace ainft::offer {
///
///   static void mend(random_life::filler& f, const state& s, make_offer& c) { … }
///
///   const replay_tests::registration<domain> registered;
///
///   } // namespace ainft::offer
///
/// any_command() finds `mend` by the namespace of its arguments, so it does not find one in an unnamed namespace. A
/// `mend` is `static`, so that the compiler warns if it matches no command.
namespace ainft::replay_tests {

using random_life::filler;
using runtime::committed_event;
using runtime::row_write;

inline std::string text_of(const std::vector<row_write>& rows) {
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
    const auto who = random_life::anybody(f);
    if constexpr (requires(const runtime::wake& w, const runtime::decision_context& dc) { decide(now, w, dc); })
      if (const auto due = deadline(now); due && *due <= f.now && !journal.empty() && f.one_in(2)) {
        const runtime::principal platform;
        return take(decide(now, runtime::wake{}, {f.now, platform}), f.now, platform);
      }
    std::visit(
      [&]<class Command>(const Command& c) {
        if (!journal.empty() || random_life::creates<Command>())
          take(decide(now, c, {f.now, who}), f.now, who);
      },
      random_life::any_command<Domain>(f, now));
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

/// A property for rc::check().
template <class Domain>
void expect_the_same_of_any_life() {
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const auto length = *rc::gen::inRange<size_t>(1, 80);
  const life<Domain> lived{seed, length};
  RC_PRE(!lived.journal.empty());
  expect_the_same(lived, *rc::gen::inRange<size_t>(0, lived.journal.size()));
}

/// An entity's state; the empty one if `json` is null.
template <class Domain>
typename Domain::state read_state(const nlohmann::json& json) {
  if (json.is_null())
    return {};
  return *runtime::from_json<typename Domain::state>(json, runtime::json_reader::unknown_fields::ignored);
}

/// A command as an entity receives it.
struct command {
  caf::message message;
  bool creates = false; ///< it creates the entity
};

/// A random command for the entity `id`, from anybody.
template <class Domain>
command command_for(filler& f, const nlohmann::json& state, const runtime::uuid& id) {
  auto out = random_life::any_command<Domain>(f, read_state<Domain>(state));
  runtime::command_context context;
  context.who = random_life::anybody(f);
  return std::visit(
    [&]<class Command>(Command& c) {
      random_life::name_it(c, id);
      return command{runtime::command_message(context, std::move(c)), random_life::creates<Command>()};
    },
    out);
}

/// What the tests use of a kind. A state is JSON, or null if the entity does not exist.
struct kind {
  std::string_view name;
  std::set<std::string> event_types;
  void (*expect_the_same_of_any_life)() = nullptr;
  /// The types of the events in a random life.
  std::set<std::string> (*types_of_life)(uint64_t seed, size_t length) = nullptr;
  command (*command_for)(filler&, const nlohmann::json& state, const runtime::uuid& id) = nullptr;
  /// Reads a state and writes it again.
  std::string (*rewritten)(const nlohmann::json& state) = nullptr;
};

/// All registered kinds, by name. Complete when main() begins.
inline std::map<std::string_view, kind>& kinds() {
  static std::map<std::string_view, kind> all;
  return all;
}

/// Adds a kind of entity to the tests.
template <class Domain>
struct registration {
  registration() {
    kinds().emplace(
      Domain::kind,
      kind{.name = Domain::kind,
           .event_types = names_of(static_cast<typename Domain::events*>(nullptr)),
           .expect_the_same_of_any_life = replay_tests::expect_the_same_of_any_life<Domain>,
           .types_of_life =
             [](uint64_t seed, size_t length) {
               return life<Domain>{seed, length}.types;
             },
           .command_for = replay_tests::command_for<Domain>,
           .rewritten = [](const nlohmann::json& state) { return runtime::to_json(read_state<Domain>(state)); }});
  }
};

} // namespace ainft::replay_tests
