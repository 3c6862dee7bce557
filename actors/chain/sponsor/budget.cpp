#include "actors/chain/sponsor/budget.hpp"

namespace ainft::sponsor {

using namespace persistence;

namespace {

std::string_view whose(scope s) {
  constexpr std::array<std::string_view, 3> names{"this user", "this studio", "all users together"};
  return names[static_cast<size_t>(s)];
}

lamports limit_of(const limits& l, scope s) {
  return s == scope::user ? l.of_user : s == scope::studio ? l.of_studio : l.of_all;
}

open_reservation read_open(const pqxx::row& row) {
  return {transaction_id{read_uuid(row[0])}, row[1].is_null() ? "" : row[1].c_str(),
          read_optional<solana::signature>(row[2]), read_value<lamports>(row[3]), read_value<lamports>(row[4])};
}

} // namespace

runtime::time_point renewal(runtime::time_point now) {
  return runtime::time_point{std::chrono::floor<std::chrono::days>(now.get()) + std::chrono::days{1}};
}

std::optional<scope> reserve(persistence::session& db, const reservation& r, const limits& most,
                             runtime::time_point now) {
  static constexpr statement call{"sponsor_reserve", "select sponsor_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
  const auto found = db.run(
    call, parameters{r.id, now, r.until, r.user, r.studio, r.most, r.fee, most.of_user, most.of_studio, most.of_all});
  return found[0][0].is_null() ? std::nullopt : std::optional{read_value<scope>(found[0][0])};
}

caf::error refuse_full(scope full, const reservation& r, const limits& most, runtime::time_point now) {
  return runtime::refuse(runtime::errc::quota_exceeded,
                         "today's fee budget for " + std::string{whose(full)} + " (" + limit_of(most, full).str()
                           + " lamports) has less than the " + r.most.str()
                           + " lamports left that this may cost; the budget renews at " + renewal(now).str());
}

lamports open_reservation::assumed_cost() const {
  return state == "confirmed" ? most : state == "failed" ? fee : lamports{};
}

bool open_reservation::has_ended() const { return state == "confirmed" || state == "failed" || state == "expired"; }

std::optional<open_reservation> find_open(persistence::session& db, const transaction_id& id) {
  static constexpr statement select{"sponsor_open", R"sql(
    select r.transaction_id, t.state, t.signature, r.most, r.fee
    from sponsor_reservations r left join transactions t on t.id = r.transaction_id where r.transaction_id = $1)sql"};
  const auto found = db.run(select, parameters{id});
  return found.empty() ? std::nullopt : std::optional{read_open(found[0])};
}

std::vector<open_reservation> find_overdue(persistence::session& db, runtime::time_point now, size_t limit) {
  // The follower settles transactions that have ended, and it knows their actual cost. So give it ten minutes first.
  static constexpr statement select{"sponsor_overdue", R"sql(
    select r.transaction_id, t.state, t.signature, r.most, r.fee
    from sponsor_reservations r left join transactions t on t.id = r.transaction_id
    where r.until < $1::timestamptz
      and (t.id is null or (t.state in ('confirmed', 'failed', 'expired')
        and r.until < $1::timestamptz - interval '10 minutes'))
    order by r.until limit $2)sql"};
  std::vector<open_reservation> out;
  for (const auto& row : db.run(select, parameters{now, limit}))
    out.push_back(read_open(row));
  return out;
}

bool settle(persistence::session& db, const transaction_id& id, lamports cost) {
  static constexpr statement call{"sponsor_settle", "select sponsor_settle($1, $2)"};
  return db.run(call, parameters{id, cost})[0][0].as<bool>();
}

void forget_old(persistence::session& db, runtime::time_point now) {
  static constexpr statement drop{"sponsor_forget", R"sql(
    delete from sponsor_budgets where (day, scope, subject) in (
      select day, scope, subject from sponsor_budgets where day < ($1::timestamptz at time zone 'UTC')::date - 7
      order by day limit 1000))sql"};
  db.run(drop, parameters{now});
}

std::vector<budget_state> states(persistence::session& db, const limits& most, runtime::time_point now, size_t count) {
  static constexpr statement select{"sponsor_states", R"sql(
    select scope, subject, reserved, spent from (
      select scope, subject, reserved, spent,
        row_number() over (partition by scope order by reserved + spent desc, subject) as place
      from sponsor_budgets where day = ($1::timestamptz at time zone 'UTC')::date) as ranked
    where place <= $2 order by case scope when 'all' then 1 when 'studio' then 2 else 3 end, place)sql"};
  std::vector<budget_state> out;
  for (const auto& row : db.run(select, parameters{now, count})) {
    auto& x = out.emplace_back();
    x.scope = read_value<scope>(row[0]);
    if (x.scope == scope::user)
      x.subject = user_id{read_uuid(row[1])}.str();
    if (x.scope == scope::studio)
      x.subject = studio_id{read_uuid(row[1])}.str();
    x.limit = limit_of(most, x.scope);
    x.reserved = read_value<lamports>(row[2]);
    x.spent = read_value<lamports>(row[3]);
  }
  if (out.empty() || out.front().scope != scope::all)
    out.insert(out.begin(), budget_state{scope::all, std::nullopt, most.of_all, {}, {}});
  return out;
}

} // namespace ainft::sponsor
