#pragma once

#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::persistence {

/// Reads a column as a value: an id, a UUID, a time, a value type, a named enumeration, a number, a boolean or a text.
/// Throws std::runtime_error if the column's text is not valid, and for null unless T is a std::optional.
template <class T>
void read_column(const pqxx::field& field, T& to) {
  if constexpr (std::is_same_v<T, runtime::uuid>)
    to = read_uuid(field);
  else if constexpr (std::is_same_v<T, runtime::time_point>)
    to = read_time(field);
  else if constexpr (requires { T{runtime::uuid{}}.get() == runtime::uuid{}; })
    to = T{read_uuid(field)};
  else if constexpr (runtime::named_enum<T> || runtime::text<T>)
    to = read_value<T>(field);
  else
    to = field.template as<T>();
}

template <class T>
void read_column(const pqxx::field& field, std::optional<T>& to) {
  if (field.is_null())
    to.reset();
  else
    read_column(field, to.emplace());
}

/// Reads described members from the columns with their names.
struct row_reader {
  const pqxx::row& row;

  struct done {
    template <class T>
    done& fallback(const T&) {
      return *this;
    }
  };
  template <class T>
  done field(std::string_view name, T& to) {
    const std::string column{name};
    try {
      read_column(row[column], to);
    } catch (const std::exception& e) {
      throw std::runtime_error{"column " + column + ": " + e.what()};
    }
    return {};
  }
};

/// Reads a row into a described structure: the column `owner_id` into the member `owner_id`. So a query may name its
/// columns in any order.
template <class T>
[[nodiscard]] T read_row(const pqxx::row& row) {
  T out{};
  row_reader reader{row};
  with_fields(reader, out, [](auto&&...) {});
  return out;
}

/// All rows of a result.
template <class T>
[[nodiscard]] std::vector<T> read_rows(const pqxx::result& rows) {
  std::vector<T> out;
  out.reserve(rows.size());
  for (const auto& row : rows)
    out.push_back(read_row<T>(row));
  return out;
}

} // namespace ainft::persistence
