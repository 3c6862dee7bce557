#pragma once

#include "tests/support/random_values.hpp"

/// Random commands for entities of any kind.
namespace ainft::random_life {

using random_values::filler;

/// Corrects a random command where chance alone would hardly ever make a useful one. By default, it changes nothing. A
/// kind overloads it for its own commands in its own namespace: see tests/support/replay_tests.hpp.
template <class State, class Command>
void mend(filler&, const State&, Command&) {}

/// A random command of a kind, with random values.
template <class Domain>
typename Domain::commands any_command(filler& f, const typename Domain::state& s) {
  using commands = typename Domain::commands;
  const auto which = f.below(std::variant_size_v<commands>);
  commands out;
  [&]<size_t... I>(std::index_sequence<I...>) { (void)((I == which && (out.template emplace<I>(), true)) || ...); }
  (std::make_index_sequence<std::variant_size_v<commands>>{});
  std::visit(
    [&](auto& c) {
      f.value(c);
      mend(f, s, c);
    },
    out);
  return out;
}

/// The platform, or one of two users.
inline runtime::principal anybody(filler& f) {
  return f.one_in(2) ? runtime::principal{} : testing_values::person(static_cast<uint8_t>(1 + f.below(2)));
}

template <class Command>
constexpr bool creates() {
  if constexpr (requires { Command::creates; })
    return Command::creates;
  else
    return false;
}

/// Sets the id in a command that creates the entity.
template <class Command>
void name_it(Command& c, const runtime::uuid& id) {
  if constexpr (creates<Command>()) {
    if constexpr (requires { c.what.id; })
      c.what.id = std::decay_t<decltype(c.what.id)>{id};
    else
      c.id = std::decay_t<decltype(c.id)>{id};
  }
}

} // namespace ainft::random_life
