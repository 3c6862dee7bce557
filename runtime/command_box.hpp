#pragma once

#include "runtime/codec/type_name.hpp"

#include <memory>
#include <string_view>

namespace ainft::runtime {

/// Identifies a type of command by its address. There is one for each type; it lives as long as the program.
struct command_type {
  std::string_view name; ///< without the namespace: "place_bid"
};

template <class Command>
inline constexpr command_type type_of_command{short_type_name<Command>()};

/// A command on its way to an entity on this node. It holds a value of any type in the kind's `Domain::commands`. CAF
/// knows only this one type, so that commands need no CAF type ids. It never leaves its node: between nodes, a command
/// travels as JSON (runtime/message_forms.hpp).
class command_box {
public:
  command_box() = default;

  template <class Command>
  static command_box of(Command c) {
    command_box out;
    out.type_ = &type_of_command<Command>;
    out.value_ = std::make_shared<const Command>(std::move(c));
    return out;
  }

  /// The command if it has this type; else null.
  template <class Command>
  [[nodiscard]] const Command* get() const noexcept {
    return type_ == &type_of_command<Command> ? static_cast<const Command*>(value_.get()) : nullptr;
  }
  [[nodiscard]] const command_type& type() const noexcept { return *type_; }

private:
  static constexpr command_type nothing{"no command"};

  const command_type* type_ = &nothing;
  std::shared_ptr<const void> value_;
};

} // namespace ainft::runtime
