#pragma once

#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"
#include "runtime/codec/type_name.hpp"
#include "runtime/messages.hpp"

#include <caf/message.hpp>
#include <caf/typed_message_view.hpp>

#include <variant>
#include <vector>

namespace ainft::runtime {

/// A message for an entity as JSON: its name, its command_context if it is a command, and itself.
struct written_message {
  std::string_view type;
  std::string context;
  std::string body;
};

/// How the messages that a kind of entity takes are written as JSON and read again, made from their types.
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

  /// Refuses with errc::internal what is no message of this kind.
  [[nodiscard]] result<written_message> write(const caf::message& m) const {
    const bool is_command = m.size() == 2;
    for (const auto& f : all_)
      if (m.size() > 0 && m.type_at(is_command ? 1 : 0) == f.type && f.is_command == is_command)
        return f.write(m);
    return refuse(errc::internal, "no such message can be written");
  }

  /// Refuses with errc::unknown_message what this version does not know, and what it cannot read.
  [[nodiscard]] result<caf::message> read(std::string_view type, std::string_view context, std::string_view body) const {
    for (const auto& f : all_)
      if (f.name == type)
        return f.read(context, body);
    return refuse(errc::unknown_message, "this node does not know the message " + std::string{type});
  }

private:
  struct form {
    caf::type_id_t type;
    std::string_view name;
    bool is_command;
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
      return refuse(errc::unknown_message, "this node cannot read the message " + std::string{short_type_name<T>()} + ": " + explain(out.error()).detail);
    return out;
  }

  template <class Command>
  static form command_form() {
    return {caf::type_id_v<Command>, short_type_name<Command>(), true,
            [](const caf::message& m) {
              return written_message{short_type_name<Command>(), to_json(m.get_as<command_context>(0)), to_json(m.get_as<Command>(1))};
            },
            [](std::string_view context, std::string_view body) -> result<caf::message> {
              auto c = read_as<command_context>(context);
              if (!c)
                return std::move(c.error());
              auto command = read_as<Command>(body);
              if (!command)
                return std::move(command.error());
              return caf::make_message(std::move(*c), std::move(*command));
            }};
  }

  template <class T>
  static form plain_form() {
    return {caf::type_id_v<T>, short_type_name<T>(), false,
            [](const caf::message& m) { return written_message{short_type_name<T>(), {}, to_json(m.get_as<T>(0))}; },
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
