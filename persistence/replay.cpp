#include "persistence/replay.hpp"

#include <map>
#include <regex>
#include <set>

namespace ainft::persistence {

using runtime::committed_event;
using runtime::uuid;

namespace {

/// Tables with sums over several entities.
const std::set<std::string> sums{"ai_usage", "prompt_template_uses"};

std::set<std::string> tables_of(const runtime::replay_result& expected) {
  static const std::regex target{R"((?:insert\s+into|update|delete\s+from)\s+([a-z_]+))"};
  std::set<std::string> out;
  std::set<const char*> seen;
  for (const auto& rows : expected.rows)
    for (const auto& row : rows) {
      if (!seen.insert(row.statement->sql).second)
        continue;
      const std::string sql{row.statement->sql};
      for (std::sregex_iterator it{sql.begin(), sql.end(), target}, end; it != end; ++it)
        if (const auto name = (*it)[1].str(); name != "set") // "on conflict … do update set"
          out.insert(name);
    }
  return out;
}

/// The column with the id of the row's entity.
std::string owner_column(pqxx::transaction_base& tx, const std::string& table, std::string_view kind) {
  const auto candidates = std::vector<std::string>{std::string{kind} + "_id", kind == "ai_job" ? "job_id" : "id", "id"};
  for (const auto& name : candidates)
    if (!tx.exec("select 1 from information_schema.columns where table_schema = 'public' and table_name = "
                 + tx.quote(table) + " and column_name = " + tx.quote(name))
           .empty())
      return name;
  return {};
}

void write_row(session& db, pqxx::transaction_base& tx, const runtime::row_write& row) {
  parameters values;
  for (const auto& v : row.values) {
    array_text one;
    one.add(v);
    values.add(one.take());
  }
  // Prepared under another name: elsewhere, the original name means the real tables.
  const std::string name = "replay_" + std::string{row.statement->name};
  db.run(tx, {name.c_str(), row.statement->sql}, values);
}

} // namespace

std::vector<committed_event> read_events(session& db, std::string_view kind, const uuid& id) {
  static constexpr statement select{"replay_events", R"sql(
    select sequence, type, version, payload, at, audience from journal where entity_id = $1 and kind = $2
    order by sequence)sql"};
  std::vector<committed_event> out;
  for (const auto& row : db.run(select, parameters{id.str(), kind}))
    out.push_back({id, row[0].as<uint64_t>(), row[1].c_str(), row[2].as<uint16_t>(), row[3].c_str(), read_time(row[4]),
                   read_uuids(row[5])});
  return out;
}

std::vector<row_difference> compare_rows(session& db, std::string_view kind, const uuid& id,
                                         const runtime::replay_result& expected) {
  std::vector<row_difference> out;
  pqxx::work tx{db.open()};
  std::map<std::string, std::string> columns;
  for (const auto& table : tables_of(expected)) {
    if (auto column = owner_column(tx, table, kind); !column.empty())
      columns[table] = std::move(column);
    tx.exec("create temporary table " + table + " (like public." + table + " including defaults) on commit drop");
    for (const auto& index : tx.exec("select indexdef from pg_indexes where schemaname = 'public' and tablename = "
                                     + tx.quote(table) + " and indexdef like 'CREATE UNIQUE%'"))
      tx.exec(std::regex_replace(std::string{index[0].c_str()}, std::regex{R"( ON public\.)"}, " ON pg_temp."));
  }
  for (const auto& rows : expected.rows)
    for (const auto& row : rows)
      write_row(db, tx, row);
  for (const auto& [table, column] : columns) {
    if (sums.contains(table))
      continue;
    const auto rest = "." + table + " t where " + column + " = " + tx.quote(id.str());
    const auto replayed = "(select to_jsonb(t) as row from pg_temp" + rest + ")";
    const auto stored = "(select to_jsonb(t) as row from public" + rest + ")";
    for (const auto& row : tx.exec(replayed + " except " + stored))
      out.push_back({table, row[0].c_str(), {}});
    for (const auto& row : tx.exec(stored + " except " + replayed))
      out.push_back({table, {}, row[0].c_str()});
  }
  tx.abort();
  // Drop the prepared statements: their tables are gone.
  db.drop();
  return out;
}

} // namespace ainft::persistence
