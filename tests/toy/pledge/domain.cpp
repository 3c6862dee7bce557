#include "tests/toy/pledge/domain.hpp"

namespace ainft::pledge {

using runtime::errc;
using runtime::refuse;

namespace {

using result_events = runtime::result<events>;

caf::error refuse_others(const runtime::decision_context& context) {
  return context.who.is_platform() ? caf::error{} : refuse(errc::forbidden, "only the platform may do this");
}

void apply(state& s, const pledge_made& e) {
  s.id = e.id;
  s.owner_id = e.owner;
  s.amount = e.what.amount;
  s.note = e.what.note;
  s.created_at = e.at;
}
void apply(state& s, const payment_begun& e) {
  s.state = phase::paying;
  s.transaction_id = e.transaction;
}
void apply(state& s, const payment_failed&) {
  s.state = phase::open;
  s.transaction_id.reset();
}
void apply(state& s, const pledge_paid& e) {
  s.state = phase::paid;
  s.signature = e.signature;
}
void apply(state& s, const pledge_thanked&) { s.state = phase::thanked; }

} // namespace

caf::error may_pay(const view& s) {
  if (s.state == phase::paid || s.state == phase::thanked)
    return refuse(already_paid, "this pledge is " + std::string{runtime::name_of(s.state)});
  if (s.state != phase::open)
    return refuse(errc::wrong_state, "this pledge is " + std::string{runtime::name_of(s.state)});
  return {};
}

result_events decide(const state& s, const make_pledge& c, const runtime::decision_context& context) {
  if (!s.id.is_nil()) // a retry: the answer to the first request was lost
    return s.owner_id.get() == context.who.user ? result_events{events{}}
                                                : refuse(errc::conflict, "this pledge exists already");
  return events{pledge_made{c.id, user_id{context.who.user}, c.what, context.now}};
}

result_events decide(const state& s, const begin_payment& c, const runtime::decision_context& context) {
  if (s.owner_id.get() != context.who.user)
    return refuse(errc::not_owner, "only its owner pays a pledge");
  if (s.state == phase::paying && s.transaction_id == c.transaction)
    return events{};
  if (auto bad = may_pay(s))
    return bad;
  return events{payment_begun{c.transaction}};
}

result_events decide(const state& s, const finish_payment& c, const runtime::decision_context& context) {
  if (auto bad = refuse_others(context))
    return bad;
  if (s.state != phase::paying || s.transaction_id != c.transaction)
    return events{};
  if (!c.signature)
    return events{payment_failed{c.transaction}};
  return events{pledge_paid{c.transaction, *c.signature}};
}

result_events decide(const state& s, const thank&, const runtime::decision_context& context) {
  if (auto bad = refuse_others(context))
    return bad;
  if (s.state == phase::thanked)
    return events{};
  if (s.state != phase::paid)
    return refuse(errc::wrong_state, "this pledge is " + std::string{runtime::name_of(s.state)});
  return events{pledge_thanked{context.now}};
}

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

view view_of(const state& s) { return s; }

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* made = std::get_if<pledge_made>(&e);
  return {(made ? made->owner : before.owner_id).get()};
}

bool may_read(const state&, const runtime::principal&) { return true; }

} // namespace ainft::pledge
