#include "persistence/pipeline.hpp"

#include <libpq-fe.h>

namespace ainft::persistence {

namespace {

struct clear {
  void operator()(PGresult* r) const { PQclear(r); }
};
using answer = std::unique_ptr<PGresult, clear>;

bool succeeded(const answer& a) {
  const auto status = PQresultStatus(a.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

pqxx::sql_error explain(const answer& a) {
  return pqxx::sql_error{PQresultErrorMessage(a.get()), "", PQresultErrorField(a.get(), PG_DIAG_SQLSTATE)};
}

} // namespace

void pipeline::close::operator()(PGconn* c) const { PQfinish(c); }

void pipeline::add(const statement& st, parameters with) { queued_.push_back({st, std::move(with)}); }

void pipeline::drop() noexcept {
  connection_.reset();
  prepared_.clear();
}

void pipeline::give_up() {
  std::string why = connection_ ? PQerrorMessage(connection_.get()) : "";
  drop();
  throw pqxx::broken_connection{why};
}

void pipeline::open() {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK && !is_closed_by_server(PQsocket(connection_.get())))
    return;
  drop();
  connection_.reset(PQconnectdb(url_.c_str()));
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    give_up();
  if (!succeeded(answer{PQexec(connection_.get(), (connection_settings + settings_).c_str())}))
    give_up();
}

void pipeline::prepare(const statement& st) {
  if (prepared_.contains(st.name))
    return;
  const answer done{PQprepare(connection_.get(), st.name, st.sql, 0, nullptr)};
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    give_up();
  if (!succeeded(done))
    throw explain(done);
  prepared_.insert(st.name);
}

void pipeline::send(const queued& q) {
  std::vector<const char*> values;
  for (const auto& v : q.with.values())
    values.push_back(v ? v->c_str() : nullptr);
  if (PQsendQueryPrepared(connection_.get(), q.st.name, static_cast<int>(values.size()), values.data(), nullptr,
                          nullptr, 0)
      != 1)
    give_up();
}

void pipeline::read_answers(size_t count) {
  answer refused;
  const auto keep = [&refused](answer a) {
    if (!succeeded(a) && PQresultStatus(a.get()) != PGRES_PIPELINE_ABORTED && !refused)
      refused = std::move(a);
  };
  for (size_t i = 0; i < count; ++i) {
    answer a{PQgetResult(connection_.get())};
    if (!a)
      give_up();
    keep(std::move(a));
    while (answer end{PQgetResult(connection_.get())})
      keep(std::move(end));
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      give_up();
  }
  // The transaction ends at the sync (PostgreSQL's documentation, section 34.5.1.3).
  for (bool at_sync = false; !at_sync;) {
    answer a{PQgetResult(connection_.get())};
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      give_up();
    if (!a)
      continue;
    at_sync = PQresultStatus(a.get()) == PGRES_PIPELINE_SYNC;
    if (!at_sync)
      keep(std::move(a));
  }
  if (refused)
    throw explain(refused);
}

void pipeline::commit() {
  const auto statements = std::exchange(queued_, {});
  was_sent_ = false;
  if (statements.empty())
    return;
  open();
  for (const auto& q : statements)
    prepare(q.st);
  auto* c = connection_.get();
  if (PQenterPipelineMode(c) != 1)
    give_up();
  was_sent_ = true;
  for (const auto& q : statements)
    send(q);
  if (PQpipelineSync(c) != 1)
    give_up();
  try {
    read_answers(statements.size());
  } catch (const pqxx::sql_error&) {
    PQexitPipelineMode(c);
    throw;
  }
  if (PQexitPipelineMode(c) != 1)
    give_up();
}

} // namespace ainft::persistence
