#pragma once

#include "runtime/codec/json_writer.hpp"
#include "runtime/codec/type_name.hpp"
#include "runtime/values.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <map>
#include <stdexcept>

namespace ainft::runtime {

/// The pattern of TypeIDs with a prefix.
[[nodiscard]] std::string typeid_pattern(std::string_view prefix);

/// Makes the JSON Schema (2020-12) of a described type by inspecting a default value of the type. Objects become named
/// components, so that the OpenAPI document has each of them once.
class json_schema {
public:
  static constexpr bool is_loading = false;

  /// All schemas of one `components` must have the same form.
  explicit json_schema(nlohmann::json& components, json_form form = json_form::stored)
    : components_{components}, form_{form} {}

  static constexpr bool has_human_readable_format() { return true; }

  template <class T>
  struct plain_field {
    std::string_view name;
    T& value;
    bool required = true;
    field_facts facts = {};
    template <class U>
    plain_field&& fallback(U&&) && {
      required = false;
      return std::move(*this);
    }
  };

  struct object_scope {
    json_schema& f;
    template <class... Fields>
    bool fields(Fields&&... fs) {
      nlohmann::json object{{"type", "object"}, {"properties", nlohmann::json::object()}};
      auto required = nlohmann::json::array();
      (f.property(object["properties"], required, fs), ...);
      if (!required.empty())
        object["required"] = required;
      f.object_ = std::move(object);
      (f.select(fs), ...);
      return true;
    }
  };

  template <class T>
  object_scope object(T&) {
    return {*this};
  }

  template <class T>
  plain_field<T> field(std::string_view name, T& value) {
    return {name, value};
  }

  template <class Get, class Set>
  bool apply(Get&& get, Set&&) {
    object_ = of<std::decay_t<decltype(get())>>();
    return true;
  }

  /// The schema of T: inline for plain values, a `$ref` for objects.
  template <class T>
  nlohmann::json of() {
    if constexpr (std::same_as<T, bool>) {
      return {{"type", "boolean"}};
    } else if constexpr (named_enum<T>) {
      nlohmann::json names = nlohmann::json::array();
      for (auto name : enum_names(T{}))
        names.push_back(std::string{name});
      return {{"type", "string"}, {"enum", names}};
    } else if constexpr (std::integral<T>) {
      return {
        {"type", "integer"}, {"minimum", std::numeric_limits<T>::min()}, {"maximum", std::numeric_limits<T>::max()}};
    } else if constexpr (std::floating_point<T>) {
      return {{"type", "number"}};
    } else if constexpr (std::same_as<T, std::string>) {
      return {{"type", "string"}};
    } else if constexpr (text<T>) {
      return text_of<T>();
    } else if constexpr (std::same_as<T, raw_json>) {
      return nlohmann::json::object();
    } else if constexpr (requires(T x) {
                           x.has_value();
                           *x;
                         }) {
      return of<std::decay_t<decltype(*std::declval<T>())>>();
    } else if constexpr (requires { typename T::mapped_type; }) {
      return {{"type", "object"}, {"additionalProperties", of<typename T::mapped_type>()}};
    } else if constexpr (requires { typename T::value_type; }) {
      return {{"type", "array"}, {"items", of<typename T::value_type>()}};
    } else {
      return component<T>();
    }
  }

  /// The schemas of the members of a described type, by name.
  template <class T>
  std::map<std::string, nlohmann::json> fields_of() {
    T sample{};
    json_schema inner{components_, form_};
    inspect(inner, sample);
    return inner.object_.at("properties").template get<std::map<std::string, nlohmann::json>>();
  }

  /// The keyword that holds the C++ type of a component, so that no two types get one name.
  static constexpr auto type_key = "x-type";
  /// The keyword that holds the one object of a component that is split by a selector.
  static constexpr auto whole_key = "x-whole";
  /// Removes these keywords, which are for this program alone, from a schema and its parts.
  static void strip(nlohmann::json& schema);

private:
  template <class Field>
  void property(nlohmann::json& properties, nlohmann::json& required, Field& field) {
    using value_type = std::decay_t<decltype(field.value)>;
    if (form_ == json_form::shown && field.facts.is_hidden)
      return;
    const auto name = name_of_field(field);
    auto& schema = properties[name] = of<value_type>();
    if (!field.facts.about.empty())
      schema["description"] = with_rule(std::string{field.facts.about}, schema.value("description", ""));
    if (field.facts.has_limits())
      limit(schema, field.facts);
    if (!field.facts.choices.empty())
      choose(schema.at("enum"), field.facts.choices);
    if (field.required && !requires(value_type x) {
          x.has_value();
          *x;
        })
      required.push_back(name);
  }

  template <class Field>
  [[nodiscard]] std::string name_of_field(const Field& field) const {
    const bool is_other = form_ == json_form::shown && !field.facts.shown_name.empty();
    return wire_name(is_other ? field.facts.shown_name : field.name);
  }

  /// A field's description, with the rule of its type ("must be …") if that has one.
  static std::string with_rule(std::string about, const std::string& rule) {
    return rule.starts_with("must ") ? about + " It " + rule + "." : about;
  }

  /// Removes the names that are not among the choices.
  static void choose(nlohmann::json& names, std::string_view choices) {
    auto& all = names.get_ref<nlohmann::json::array_t&>();
    std::erase_if(all,
                  [&](const auto& name) { return !has_word(choices, name.template get_ref<const std::string&>()); });
  }

  static void limit(nlohmann::json& schema, const field_facts& facts) {
    const auto number = [](double n) {
      return n == static_cast<double>(static_cast<int64_t>(n)) ? nlohmann::json(static_cast<int64_t>(n))
                                                               : nlohmann::json(n);
    };
    const bool is_list = schema.at("type") == "array";
    schema[is_list ? "minItems" : "minimum"] = number(facts.low);
    schema[is_list ? "maxItems" : "maximum"] = number(facts.high);
  }

  template <class T>
  nlohmann::json component() {
    const auto name = component_name<T>();
    const auto type = whole_type_name<T>();
    if (const auto known = components_.find(name); known == components_.end()) {
      components_[name] = {{type_key, type}};
      T sample{};
      json_schema inner{components_, form_};
      inspect(inner, sample);
      if (!inner.selected_.empty())
        inner.split(name);
      inner.object_[type_key] = type;
      if constexpr (requires { about_type(static_cast<const T*>(nullptr)); })
        inner.object_["description"] = std::string{about_type(static_cast<const T*>(nullptr))};
      components_[name] = inner.object_;
    } else if (known->at(type_key) != type) {
      throw std::logic_error{"two types have the name " + name + " in the API description: " + type + " and "
                             + known->at(type_key).template get<std::string>() + "; give one an api_name"};
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }

  template <class T>
  static nlohmann::json text_of() {
    nlohmann::json out{{"type", "string"}};
    if constexpr (requires { T::names(); }) {
      out["enum"] = T::names();
    } else if constexpr (requires { T::prefix; }) {
      out["pattern"] = typeid_pattern(T::prefix);
      out["description"] = "A TypeID: " + std::string{T::prefix} + "_ and 26 characters of base 32.";
    } else if constexpr (requires { T::rule(); }) {
      out["description"] = T::rule();
    } else {
      out["description"] = std::string{T::schema.description};
    }
    if constexpr (requires { T::max_length; }) {
      out["minLength"] = T::min_length;
      out["maxLength"] = T::max_length;
    }
    if constexpr (requires { T::prefix; })
      out["examples"] = nlohmann::json::array({std::string{T::prefix} + "_01j0b3t1m4e6gtxbrcke7k8ggh"});
    else if (!T::schema.example.empty())
      out["examples"] = nlohmann::json::array({std::string{T::schema.example}});
    if (!T::schema.format.empty())
      out["format"] = std::string{T::schema.format};
    if (!T::schema.pattern.empty())
      out["pattern"] = std::string{T::schema.pattern};
    return out;
  }

  template <class Field>
  void select(const Field& field) {
    if (!field.facts.selector.empty())
      selected_.push_back({name_of_field(field), field.facts});
  }

  /// Replaces an object whose members depend on a selector by one object for each value of the selector.
  void split(const std::string& name);

  struct selected_field {
    std::string name;
    field_facts facts;
  };

  nlohmann::json& components_;
  json_form form_;
  nlohmann::json object_;
  std::vector<selected_field> selected_;
};

} // namespace ainft::runtime
