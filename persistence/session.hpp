#pragma once

#include "runtime/journal.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ainft::persistence {

/// The parameters of a statement as PostgreSQL text; absent for null.
class parameters {
public:
  template <class... Values>
  explicit parameters(Values&&... values) {
    (add(std::forward<Values>(values)), ...);
  }

  template <class T>
  parameters& add(T&& x) {
    values_.push_back(runtime::column_text(std::forward<T>(x)));
    return *this;
  }

  [[nodiscard]] const std::vector<std::optional<std::string>>& values() const noexcept { return values_; }

private:
  std::vector<std::optional<std::string>> values_;
};

/// A named statement. A session prepares it on first use.
struct statement {
  const char* name;
  const char* sql;
};

/// The settings of every connection. JIT is off: it starts when the planner estimates a high cost, but the statements
/// are short, and compilation takes longer than any of them.
inline const std::string connection_settings =
  "set timezone = 'UTC'; set datestyle = 'ISO'; set statement_timeout = '30s'; "
  "set idle_in_transaction_session_timeout = '30s'; set jit = off; ";

/// Adds settings to `url` that make libpq drop a server after it has been silent for about `patience` (connect_timeout,
/// keepalives_* and tcp_user_timeout). Settings in `url` take precedence. They have no effect on a Unix socket.
[[nodiscard]] std::string noticing_within(const std::string& url, std::chrono::milliseconds patience);

/// How long a server may be silent before pending work fails.
inline constexpr std::chrono::seconds server_patience{8};

/// Whether the server has closed the connection of `socket`. Does not block. Used before each statement on an idle
/// connection, so that a restart of PostgreSQL makes no request fail.
[[nodiscard]] bool is_closed_by_server(int socket) noexcept;

/// One connection to PostgreSQL. It opens on first use, and again after it broke. It blocks, so use it in an actor with
/// its own thread.
class session {
public:
  /// Runs the SQL in `settings` on each new connection.
  explicit session(const std::string& url, std::string settings = {})
    : url_{noticing_within(url, server_patience)}, settings_{std::move(settings)} {}

  /// Returns the open connection, or a new one if the server has closed the old one. Do not use it inside a
  /// transaction. Throws pqxx::broken_connection if it cannot connect.
  pqxx::connection& open();

  /// Drops the connection. The next open() opens a new one.
  void drop() noexcept;

  /// Runs one statement inside `tx`.
  pqxx::result run(pqxx::transaction_base& tx, const statement& st, const parameters& with = parameters{});

  /// Runs one statement outside of a transaction.
  pqxx::result run(const statement& st, const parameters& with = parameters{});

  void prepare(std::string_view name, std::string_view sql);

private:
  std::string url_;
  std::string settings_;
  std::unique_ptr<pqxx::connection> connection_;
  std::unordered_set<std::string> prepared_;
};

/// Builds the text of a PostgreSQL array, one element per row.
class array_text {
public:
  void add(const std::optional<std::string>& value);
  [[nodiscard]] std::string take();

private:
  std::string text_{"{"};
};

/// A bytea parameter in PostgreSQL's hex format.
[[nodiscard]] std::string bytea(std::string_view bytes);

/// Read values in PostgreSQL's text format: times in UTC ("2024-01-31 12:00:00.5+00"), and UUIDs.
[[nodiscard]] runtime::time_point read_time(const pqxx::field& field);
[[nodiscard]] runtime::uuid read_uuid(const pqxx::field& field);
[[nodiscard]] std::vector<runtime::uuid> read_uuids(const pqxx::field& array);

/// Reads a value type or a named enumeration. Throws std::runtime_error if the text is not valid.
template <class T>
[[nodiscard]] T read_value(const pqxx::field& field) {
  if constexpr (runtime::named_enum<T>) {
    if (auto found = runtime::enum_from<T>(field.c_str()))
      return *found;
  } else {
    if (auto parsed = runtime::read_stored<T>(field.c_str()))
      return std::move(*parsed);
  }
  throw std::runtime_error{std::string{"the database contains an invalid value: "} + field.c_str()};
}

template <class T>
[[nodiscard]] std::optional<T> read_optional(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional<T>{read_value<T>(field)};
}

/// Maps a constraint violation to an error: errc::append_conflict for the journal's order, errc::conflict with the
/// field for `<table>_<field>_unique`, else errc::conflict.
[[nodiscard]] caf::error explain_violation(const pqxx::sql_error& e);

} // namespace ainft::persistence
