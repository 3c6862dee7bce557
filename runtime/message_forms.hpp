#pragma once

#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"
#include "runtime/codec/type_name.hpp"
#include "runtime/messages.hpp"

#include <caf/message.hpp>

#include <variant>
#include <vector>

namespace ainft::runtime {

/// A message for an entity as JSON: its name, its command_context if it is a command, and its body.
struct written_message {
  std::string_view type;
  std::string context;
  std::string body;
};

/// Writes and reads the JSON form of the messages that a kind of entity accepts. The forms come from the message types.
class message_forms {
public:
  template <class... Commands>
  static message_forms of(std::variant<Commands...>*) {
    message_forms out;
    (out.all_.push_back(command_form<Commands>()), ...);
    out.all_.push_back(plain_form<get_view>());
    out.all_.push_back(plain_form<wake>());
    out.all_.push_back(plain_form<passivate>());
    out.all_.push_back(plain_form<inspect_entity>());
    return out;
  }

  /// Refuses with errc::internal if this kind does not accept the message.
  [[nodiscard]] result<written_message> write(const caf::message& m) const {
    const bool is_command = m.match_elements<command_context, command_box>();
    for (const auto& f : all_)
      if (is_command ? &m.get_as<command_box>(1).type() == f.command : m.size() == 1 && m.type_at(0) == f.plain)
        return f.write(m);
    return refuse(errc::internal, "this type of message cannot be sent to another node");
  }

  /// Refuses with errc::unknown_message if this version does not know the message or cannot read it.
  [[nodiscard]] result<caf::message> read(std::string_view type, std::string_view context,
                                          std::string_view body) const {
    for (const auto& f : all_)
      if (f.name == type)
        return f.read(context, body);
    return refuse(errc::unknown_message, "this node does not know the message " + std::string{type});
  }

private:
  struct form {
    const command_type* command; ///< null if the message is no command
    caf::type_id_t plain;        ///< type of a message that is no command; else 0
    std::string_view name;
    written_message (*write)(const caf::message&);
    result<caf::message> (*read)(std::string_view context, std::string_view body);
  };

  template <class T>
  static result<T> read_as(std::string_view text) {
    auto json = parse_json(text);
    if (!json)
      return std::move(json.error());
    auto out = from_json<T>(*json, json_reader::unknown_fields::ignored);
    if (!out)
      return refuse(errc::unknown_message, "this node cannot read the message " + std::string{short_type_name<T>()}
                                             + ": " + explain(out.error()).detail);
    return out;
  }

  template <class Command>
  static form command_form() {
    return {&type_of_command<Command>, 0, short_type_name<Command>(),
            [](const caf::message& m) {
              return written_message{short_type_name<Command>(), to_json(m.get_as<command_context>(0)),
                                     to_json(*m.get_as<command_box>(1).get<Command>())};
            },
            [](std::string_view context, std::string_view body) -> result<caf::message> {
              auto c = read_as<command_context>(context);
              if (!c)
                return std::move(c.error());
              auto command = read_as<Command>(body);
              if (!command)
                return std::move(command.error());
              return command_message(std::move(*c), std::move(*command));
            }};
  }

  template <class T>
  static form plain_form() {
    return {nullptr, caf::type_id_v<T>, short_type_name<T>(),
            [](const caf::message& m) {
              return written_message{short_type_name<T>(), {}, to_json(m.get_as<T>(0))};
            },
            [](std::string_view, std::string_view body) -> result<caf::message> {
              auto out = read_as<T>(body);
              if (!out)
                return std::move(out.error());
              return caf::make_message(std::move(*out));
            }};
  }

  std::vector<form> all_;
};

} // namespace ainft::runtime
