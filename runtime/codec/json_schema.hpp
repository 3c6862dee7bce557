#pragma once

#include "runtime/codec/json_writer.hpp"
#include "runtime/codec/type_name.hpp"
#include "runtime/values.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace ainft::runtime {

/// Makes the JSON Schema (2020-12) of a described type by inspecting a default value of the type. Objects become named
/// components, so that the OpenAPI document has each of them once.
class json_schema {
public:
  static constexpr bool is_loading = false;

  explicit json_schema(nlohmann::json& components) : components_{components} {}

  static constexpr bool has_human_readable_format() { return true; }

  template <class T>
  struct plain_field {
    std::string_view name;
    T& value;
    bool required = true;
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

private:
  template <class Field>
  void property(nlohmann::json& properties, nlohmann::json& required, Field& field) {
    using value_type = std::decay_t<decltype(field.value)>;
    const auto name = wire_name(field.name);
    properties[name] = of<value_type>();
    if (field.required && !requires(value_type x) {
          x.has_value();
          *x;
        })
      required.push_back(name);
  }

  template <class T>
  nlohmann::json component() {
    const auto name = component_name<T>();
    if (!components_.contains(name)) {
      components_[name] = nlohmann::json::object();
      T sample{};
      json_schema inner{components_};
      inspect(inner, sample);
      components_[name] = inner.object_;
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }

  template <class T>
  static nlohmann::json text_of() {
    nlohmann::json out{{"type", "string"}};
    if constexpr (requires { T::names(); }) {
      out["enum"] = T::names();
    } else if constexpr (requires { T::max_length; }) {
      out["minLength"] = T::min_length;
      out["maxLength"] = T::max_length;
    } else if constexpr (requires { T::prefix; }) {
      out["pattern"] = "^" + std::string{T::prefix} + "_[0-7][0-9a-hjkmnp-tv-z]{25}$";
    } else {
      out["description"] = std::string{T::schema.description};
    }
    if constexpr (requires { T::rule(); })
      out["description"] = T::rule();
    if (!T::schema.format.empty())
      out["format"] = std::string{T::schema.format};
    if (!T::schema.pattern.empty())
      out["pattern"] = std::string{T::schema.pattern};
    return out;
  }

  nlohmann::json& components_;
  nlohmann::json object_;
};

} // namespace ainft::runtime
