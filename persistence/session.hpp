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

/// Parameters of a statement, as PostgreSQL text; absent for null.
class parameters {
public:
  template <class... Values>
  explicit parameters(Values&&... values) { (add(std::forward<Values>(values)), ...); }

  template <class T>
  parameters& add(T&& x) {
    values_.push_back(runtime::column_text(std::forward<T>(x)));
    return *this;
  }

  [[nodiscard]] const std::vector<std::optional<std::string>>& values() const noexcept { return values_; }

private:
  std::vector<std::optional<std::string>> values_;
};

/// A named statement. It is prepared at its first use in a session.
struct statement {
  const char* name;
  const char* sql;
};

/// What every connection is told first. Statements are short: to compile one (jit), which the planner's guess of its cost decides on, takes longer than any of them runs.
inline const std::string connection_settings = "set timezone = 'UTC'; set datestyle = 'ISO'; set statement_timeout = '30s'; "
                                               "set idle_in_transaction_session_timeout = '30s'; set jit = off; ";

/// `url` with settings by which libpq gives a server up that has been silent for about `patience`, where it has none of its own (libpq's connect_timeout, keepalives_*
/// and tcp_user_timeout; they do nothing for a local socket).
[[nodiscard]] std::string noticing_within(const std::string& url, std::chrono::milliseconds patience);

/// How long a server may be silent before what waits for it fails.
inline constexpr std::chrono::seconds server_patience{8};

/// Whether the server has closed the connection behind `socket`, without blocking. An idle connection is asked this before its next
/// statement, so that a restart of PostgreSQL costs no request its answer.
[[nodiscard]] bool is_closed_by_server(int socket) noexcept;

/// One connection to PostgreSQL, opened when first needed and again after it broke. Blocking: used by actors with a
/// thread of their own.
class session {
public:
  /// `settings` is SQL that is run on each new connection.
  explicit session(const std::string& url, std::string settings = {}) : url_{noticing_within(url, server_patience)}, settings_{std::move(settings)} {}

  /// The open connection; a new one if the server has closed the old one. Not for use inside a transaction.
  /// Throws pqxx::broken_connection when there is none to be had.
  pqxx::connection& open();

  /// Forgets the connection; the next open() makes a new one.
  void drop() noexcept;

  /// Runs one statement inside `tx`.
  pqxx::result run(pqxx::transaction_base& tx, const statement& st, const parameters& with = parameters{});

  /// Runs one statement by itself.
  pqxx::result run(const statement& st, const parameters& with = parameters{});

  void prepare(std::string_view name, std::string_view sql);

private:
  std::string url_;
  std::string settings_;
  std::unique_ptr<pqxx::connection> connection_;
  std::unordered_set<std::string> prepared_;
};

/// Builds the text of a PostgreSQL array, one element a row.
class array_text {
public:
  void add(const std::optional<std::string>& value);
  [[nodiscard]] std::string take();

private:
  std::string text_{"{"};
};

/// The bytes of a bytea parameter in PostgreSQL's hex form.
[[nodiscard]] std::string bytea(std::string_view bytes);

/// "2024-01-31 12:00:00.5+00" as PostgreSQL writes it in UTC, and our ids from its uuid text.
[[nodiscard]] runtime::time_point read_time(const pqxx::field& field);
[[nodiscard]] runtime::uuid read_uuid(const pqxx::field& field);
[[nodiscard]] std::vector<runtime::uuid> read_uuids(const pqxx::field& array);

/// A value type or a named enumeration from its text. Throws std::runtime_error when the text is not valid.
template <class T>
[[nodiscard]] T read_value(const pqxx::field& field) {
  if constexpr (runtime::named_enum<T>) {
    if (auto found = runtime::enum_from<T>(field.c_str()))
      return *found;
  } else {
    if (auto parsed = runtime::read_stored<T>(field.c_str()))
      return std::move(*parsed);
  }
  throw std::runtime_error{std::string{"the database holds a value that is not valid: "} + field.c_str()};
}

template <class T>
[[nodiscard]] std::optional<T> read_optional(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional<T>{read_value<T>(field)};
}

/// What a constraint violation means to the caller: errc::append_conflict for the journal's own order, errc::conflict
/// with the field for `<table>_<field>_unique`, errc::conflict otherwise.
[[nodiscard]] caf::error explain_violation(const pqxx::sql_error& e);

} // namespace ainft::persistence
