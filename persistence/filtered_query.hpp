#pragma once

#include "persistence/session.hpp"

namespace ainft::persistence {

/// A query whose conditions depend on the request. Each combination of conditions is a prepared statement with its own
/// plan. One statement for all combinations (`$1 is null or column = $1`) gets a plan that fits none of them, and reads
/// the whole table for a rare value.
class filtered_query {
public:
  /// `name` is the prefix of the statement names. `select` is the query up to `where`.
  filtered_query(std::string name, std::string select) : name_{std::move(name) + "_"}, sql_{std::move(select)} {}

  /// Adds a condition if `value` is present. `$` in it stands for the value. Always call it for the same conditions in
  /// the same order, also for absent values.
  template <class T>
  filtered_query& where(std::string_view condition, const std::optional<T>& value) {
    name_ += value ? '1' : '0';
    if (value)
      add(condition, *value);
    return *this;
  }

  /// The same for a value that is always present.
  template <class T>
  filtered_query& where(std::string_view condition, const T& value) {
    return where(condition, std::optional<T>{value});
  }

  /// Runs the query with `order_and_limit` after the conditions. The last `$` in it stands for `limit`.
  pqxx::result run(session& db, std::string_view order_and_limit, size_t limit) {
    put(order_and_limit, limit);
    return db.run({name_.c_str(), sql_.c_str()}, values_);
  }

private:
  template <class T>
  void add(std::string_view condition, const T& value) {
    sql_ += std::exchange(has_condition_, true) ? " and " : " where ";
    put(condition, value);
  }

  template <class T>
  void put(std::string_view text, const T& value) {
    values_.add(value);
    const auto at = text.rfind('$');
    sql_.append(text.substr(0, at)).append("$" + std::to_string(values_.values().size())).append(text.substr(at + 1));
  }

  std::string name_;
  std::string sql_;
  parameters values_;
  bool has_condition_ = false;
};

} // namespace ainft::persistence
