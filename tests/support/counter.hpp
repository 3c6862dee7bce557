#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"
#include "runtime/messages.hpp"

/// The smallest entity that uses every feature of runtime::entity. It has a total, which must stay below 1,000 (a rule
/// of the read model, not of `decide`), and a bell that rings at its deadline.
namespace ainft::counter {

struct add {
  static constexpr bool creates = true;
  int64_t n = 0;
};
AINFT_DESCRIBE(add, n)

struct set_bell {
  static constexpr bool creates = true;
  runtime::time_point due;
};
AINFT_DESCRIBE(set_bell, due)

struct added {
  int64_t n = 0;
};
AINFT_DESCRIBE(added, n)

struct bell_set {
  runtime::time_point due;
};
AINFT_DESCRIBE(bell_set, due)

struct rang {};
AINFT_DESCRIBE(rang)

struct view {
  int64_t total = 0;
  int64_t rings = 0;
  std::optional<runtime::time_point> due;
};
AINFT_DESCRIBE(view, total, rings, due)

using state = view;

struct domain {
  using state = counter::state;
  using commands = std::variant<add, set_bell>;
  using events = std::variant<added, bell_set, rang>;
  using view = counter::view;
  static constexpr std::string_view kind = "counter";
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

inline runtime::result<events> decide(const state&, const add& c, const runtime::decision_context&) {
  if (c.n <= 0)
    return runtime::refuse_field("/n", "must be positive");
  return events{added{c.n}};
}
inline runtime::result<events> decide(const state&, const set_bell& c, const runtime::decision_context&) {
  return events{bell_set{c.due}};
}
inline runtime::result<events> decide(const state&, const runtime::wake&, const runtime::decision_context&) {
  return events{rang{}};
}

inline void evolve(state& s, const domain::events& e) {
  if (const auto* a = std::get_if<added>(&e))
    s.total += a->n;
  else if (const auto* b = std::get_if<bell_set>(&e))
    s.due = b->due;
  else {
    ++s.rings;
    s.due.reset();
  }
}

inline view view_of(const state& s) { return s; }
inline std::optional<runtime::time_point> deadline(const state& s) { return s.due; }

inline void project(const state& s, const domain::events&, const runtime::decision_context&,
                    runtime::row_writes& rows) {
  static constexpr runtime::write_statement insert{"counters_insert", R"sql(
    insert into counters (total) select * from unnest($1::bigint[]))sql",
                                                   1};
  rows.insert(insert, s.total);
}

} // namespace ainft::counter
