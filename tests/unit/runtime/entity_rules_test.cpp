#include "runtime/entity_rules.hpp"
#include "tests/support/counter.hpp"

#include <gtest/gtest.h>

// Domains that only declare their rules.
namespace rules_test {

using namespace ainft::runtime;

struct view {};

template <class State, class Event>
struct domain_of {
  using state = State;
  using events = std::variant<Event>;
  using commands = std::variant<ainft::counter::add>;
  using view = rules_test::view;
};

namespace no_rules {
struct state {};
struct changed {};
using domain = domain_of<state, changed>;
} // namespace no_rules

// Each rule has its name, and a parameter or a result that the runtime does not use.
namespace wrong_rules {
struct state {};
struct changed {
  static constexpr uint16_t version = 2;
};
using domain = domain_of<state, changed>;
std::optional<time_point> deadline(const state&, time_point now);
result<std::vector<domain::events>> decide(const state&, const wake&);
std::string answer_of(const state&);
caf::error may_read(const state&, const principal&);
bool at_rest(const state&, time_point now);
view view_of(const state&, const uuid&);
std::vector<uuid> audience(const domain::events&, const state&);
void upcast(changed*, nlohmann::json&);
} // namespace wrong_rules

namespace half_rules {
struct state {};
struct changed {};
struct domain : domain_of<state, changed> {
  using commands = std::variant<ainft::counter::bell_set>; // it does not create
  static constexpr bool deadline_in_rows = true;
};
result<std::vector<domain::events>> decide(const state&, const wake&, const decision_context&);
void upcast(changed*, uint16_t, nlohmann::json&); // the event has version 1
} // namespace half_rules

template <class Domain>
std::string broken() {
  using rules = checked_rules<Domain>;
  std::string out;
  const auto note = [&out](bool fine, const char* name) { out += fine ? "" : std::string{name} + " "; };
  note(rules::creates, "creates");
  note(rules::deadline, "deadline");
  note(rules::wake_and_deadline, "wake");
  note(rules::deadline_in_rows, "in_rows");
  note(rules::answer_of, "answer_of");
  note(rules::at_rest, "at_rest");
  note(rules::may_read, "may_read");
  note(rules::view_of, "view_of");
  note(rules::audience, "audience");
  note(rules::upcast, "upcast");
  return out;
}

} // namespace rules_test

using namespace rules_test;

TEST(entity_rules, hold_for_a_domain_with_the_right_signatures) {
  EXPECT_EQ(broken<ainft::counter::domain>(), "");
  EXPECT_TRUE(checked_rules<ainft::counter::domain>::has_deadline);
}

TEST(entity_rules, are_optional) { EXPECT_EQ(broken<no_rules::domain>(), ""); }

TEST(entity_rules, do_not_hold_with_other_parameters_or_results) {
  EXPECT_EQ(broken<wrong_rules::domain>(), "deadline wake answer_of at_rest may_read view_of audience upcast ");
}

TEST(entity_rules, do_not_hold_without_what_they_need) {
  EXPECT_EQ(broken<half_rules::domain>(), "creates wake in_rows upcast ");
}
