#pragma once

#include "runtime/codec/json_writer.hpp"
#include "runtime/values.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace ainft::runtime {

/// Reads a described type from parsed JSON. With `unknown_fields::refused` it reads input from clients. With
/// `unknown_fields::ignored` it reads JSON that the platform has written: it ignores unknown fields and reads text
/// values as stored (read_stored). It continues after an error, so that the caller gets the JSON Pointer and the rule
/// of every invalid field. It is an inspector in CAF's sense. It treats null as an absent value.
class json_reader {
public:
  static constexpr bool is_loading = true;
  enum class unknown_fields { refused, ignored };

  json_reader(const nlohmann::json& root, unknown_fields policy) : at_{&root}, policy_{policy} {}

  static constexpr bool has_human_readable_format() { return true; }

  template <class T>
  struct plain_field {
    std::string_view name;
    T& value;
    field_facts facts;
    void read(json_reader& f) {
      f.member(name, value, facts, [&] { f.fail("is required"); });
    }

    template <class U>
    struct with_fallback {
      std::string_view name;
      T& value;
      field_facts facts;
      U other;
      void read(json_reader& f) {
        f.member(name, value, facts, [&] { value = T(std::move(other)); });
      }
    };
    template <class U>
    with_fallback<std::decay_t<U>> fallback(U&& other) && {
      return {name, value, facts, std::forward<U>(other)};
    }
  };

  struct object_scope {
    json_reader& f;
    template <class... Fields>
    bool fields(Fields&&... fs) {
      if (!f.at_->is_object()) {
        f.fail("must be an object");
        return true;
      }
      if (f.policy_ == unknown_fields::refused)
        f.refuse_unknown({wire_name(fs.name)...});
      (fs.read(f), ...);
      if (f.policy_ == unknown_fields::refused)
        (f.check_selected(fs.name, fs.facts), ...);
      return true;
    }
  };

  template <class T>
  object_scope object(T&) {
    return {*this};
  }

  template <class T>
  plain_field<T> field(std::string_view name, T& value) {
    return {name, value, {}};
  }

  template <class T>
  bool apply(T& x) {
    value(x);
    return true;
  }

  template <class Get, class Set>
  bool apply(Get&& get, Set&& set) {
    auto x = get();
    const auto before = failures_;
    value(x);
    if (failures_ == before && !set(std::move(x)))
      fail("is not valid");
    return true;
  }

  template <class T>
  void value(T& x) {
    if constexpr (std::same_as<T, bool>) {
      if (at_->is_boolean())
        x = at_->get<bool>();
      else
        fail("must be true or false");
    } else if constexpr (named_enum<T>) {
      enumeration(x);
    } else if constexpr (std::integral<T>) {
      integer(x);
    } else if constexpr (std::floating_point<T>) {
      if (at_->is_number())
        x = at_->get<T>();
      else
        fail("must be a number");
    } else if constexpr (std::same_as<T, std::string>) {
      if (at_->is_string())
        x = at_->get_ref<const std::string&>();
      else
        fail("must be a string");
    } else if constexpr (text<T>) {
      text_from(x);
    } else if constexpr (std::same_as<T, raw_json>) {
      x.text = at_->dump();
    } else if constexpr (requires {
                           x.has_value();
                           x.emplace();
                         }) {
      if (at_->is_null())
        x.reset();
      else
        value(x.emplace());
    } else if constexpr (requires { typename T::mapped_type; }) {
      if (!at_->is_object())
        return fail("must be an object");
      x.clear();
      for (auto it = at_->begin(); it != at_->end(); ++it)
        inside(it.key(), it.value(), [&] { value(x[it.key()]); });
    } else if constexpr (requires { x.emplace_back(); }) {
      if (!at_->is_array())
        return fail("must be an array");
      x.clear();
      for (size_t i = 0; i < at_->size(); ++i)
        inside(std::to_string(i), (*at_)[i], [&] { value(x.emplace_back()); });
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
      if (!at_->is_array() || at_->size() != x.size())
        return fail("must be an array of " + std::to_string(x.size()));
      for (size_t i = 0; i < x.size(); ++i)
        inside(std::to_string(i), (*at_)[i], [&] { value(x[i]); });
    } else {
      inspect(*this, x);
    }
  }

  /// The first `most_field_errors` errors.
  [[nodiscard]] std::vector<field_error>& errors() noexcept { return errors_; }
  /// The number of errors that errors() leaves out.
  [[nodiscard]] size_t more_errors() const noexcept { return failures_ - errors_.size(); }

private:
  template <class T, class Absent>
  void member(std::string_view name, T& x, const field_facts& facts, Absent absent) {
    const auto key = wire_name(name);
    const auto it = at_->find(key);
    static const nlohmann::json null;
    const bool there = it != at_->end() && !it->is_null();
    inside(key, there ? *it : null, [&] {
      if (there)
        marked(x, facts);
      else if constexpr (requires {
                           x.reset();
                           x.has_value();
                         })
        x.reset();
      else
        absent();
    });
  }

  /// Reads a value, and checks its marks if it comes from a client.
  template <class T>
  void marked(T& x, const field_facts& facts) {
    const auto before = failures_;
    value(x);
    if (policy_ == unknown_fields::ignored || at_->is_null())
      return;
    if (failures_ == before)
      check_marks(facts);
    else
      name_marks(facts);
  }
  /// Refuses a value outside the limits or the choices.
  void check_marks(const field_facts& facts);
  /// Makes the last error, that a number or a name of an enumeration has another form, say the limits or the choices
  /// instead of those of its type.
  void name_marks(const field_facts& facts);
  void check_selected(std::string_view name, const field_facts& facts);

  template <class F>
  void inside(const std::string& key, const nlohmann::json& child, F f) {
    const auto* outer = std::exchange(at_, &child);
    const auto length = pointer_.size();
    append_pointer(pointer_, key);
    f();
    pointer_.resize(length);
    at_ = outer;
  }

  template <class T>
  void integer(T& x) {
    constexpr auto low = std::numeric_limits<T>::min();
    constexpr auto high = std::numeric_limits<T>::max();
    const auto rule = [] {
      return "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    };
    if (at_->is_number_unsigned()) {
      const auto n = at_->get<uint64_t>();
      return n <= static_cast<uint64_t>(high) ? void(x = static_cast<T>(n)) : fail(rule());
    }
    if (at_->is_number_integer()) {
      const auto n = at_->get<int64_t>();
      return std::cmp_greater_equal(n, low) && std::cmp_less_equal(n, high) ? void(x = static_cast<T>(n))
                                                                            : fail(rule());
    }
    fail(rule());
  }

  template <class E>
  void enumeration(E& x) {
    if (at_->is_string())
      if (auto found = enum_from<E>(at_->get_ref<const std::string&>())) {
        x = *found;
        return;
      }
    fail(enum_rule<E>());
  }

  template <class T>
  void text_from(T& x) {
    if (!at_->is_string())
      return fail("must be a string");
    const auto& given = at_->get_ref<const std::string&>();
    auto parsed = policy_ == unknown_fields::refused ? T::parse(given) : read_stored<T>(given);
    if (parsed)
      x = std::move(*parsed);
    else
      fail(explain(parsed.error()).detail);
  }

  void fail(std::string rule) {
    if (failures_++ < most_field_errors)
      errors_.push_back({pointer_, std::move(rule)});
  }
  void refuse_unknown(std::initializer_list<std::string> known);

  const nlohmann::json* at_;
  unknown_fields policy_;
  std::string pointer_;
  std::vector<field_error> errors_;
  size_t failures_ = 0;
};

/// Parses bytes as JSON with at most 64 levels of nesting and no duplicate member names. Refuses malformed JSON with
/// errc::malformed_request and the place of the error. Refuses a number outside the range of a double with
/// errc::validation_failed and the field. The input bytes never cause an exception.
[[nodiscard]] result<nlohmann::json> parse_json(std::string_view bytes);

template <class T>
struct json_reading {
  [[nodiscard]] result<T> operator()(const nlohmann::json& json,
                                     json_reader::unknown_fields policy = json_reader::unknown_fields::refused) const {
    T out{};
    json_reader reader{json, policy};
    reader.value(out);
    if (const auto more = reader.more_errors(); !reader.errors().empty())
      return refuse_fields(std::move(reader.errors()), more);
    return out;
  }
};

/// Reads a T from JSON: from_json<T>(json). Refuses with errc::validation_failed and names each invalid field and its
/// rule. It is an object, because a call of a function also considers nlohmann's functions of the same name
/// (argument-dependent lookup), and does not compile with nlohmann 3.11.3.
template <class T>
inline constexpr json_reading<T> from_json{};

/// Refuses a value that from_json() would refuse: one that breaks the rules in its description.
template <class T>
[[nodiscard]] caf::error check_described(const T& x) {
  auto again = from_json<T>(nlohmann::json::parse(to_json(x)));
  return again ? caf::error{} : std::move(again.error());
}

} // namespace ainft::runtime
