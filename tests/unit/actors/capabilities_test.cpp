// What the list of capabilities must satisfy. The program looks names up in it while it runs, so a wrong name in a
// capability would otherwise show only then.
#include "actors/capability.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace ainft;

/// The names, of which no two may be equal.
std::set<std::string> unique(const std::vector<std::string>& names, const char* of) {
  std::set<std::string> out;
  for (const auto& name : names) {
    EXPECT_FALSE(name.empty()) << of;
    EXPECT_TRUE(out.insert(name).second) << of << ": " << name << " is there twice";
  }
  EXPECT_FALSE(out.empty()) << of;
  return out;
}

template <class T, class Name>
std::set<std::string> unique(std::vector<T> capability::*part, Name name, const char* of) {
  std::vector<std::string> names;
  for (const auto* x : all_of(part))
    names.emplace_back(name(*x));
  return unique(names, of);
}

} // namespace

TEST(capabilities, have_unique_names) {
  std::vector<std::string> names;
  for (const auto& c : capabilities())
    names.emplace_back(c.name);
  unique(names, "capability");
  unique(
    &capability::kinds, [](const auto& k) { return k.name; }, "kind");
  unique(
    &capability::kinds, [](const auto& k) { return k.id_prefix; }, "id prefix");
  unique(
    &capability::rooms, [](const auto& r) { return r.name; }, "room");
  unique(
    &capability::supervisors, [](const auto& s) { return s.name; }, "supervisor");
  unique(
    &capability::singletons, [](const auto& s) { return s.name; }, "singleton");
  unique(
    &capability::flows, [](const auto& f) { return f.purpose; }, "purpose of a transaction");
  unique(
    &capability::tools, [](const auto& t) { return t.name; }, "tool of agents");
  unique(
    &capability::triggers, [](const auto& t) { return t.type; }, "trigger of agents");
}

TEST(capabilities, trigger_agents_by_event_types_that_exist) {
  std::set<std::string> types;
  for (const auto* k : all_of(&capability::kinds))
    for (const auto& form : k->events)
      types.insert(form.name);
  for (const auto* t : all_of(&capability::triggers)) {
    EXPECT_TRUE(types.contains(std::string{t->kind} + "." + std::string{t->type})) << t->kind << "." << t->type;
    EXPECT_TRUE(t->studio_of) << t->type;
  }
}

TEST(capabilities, broadcast_event_types_that_clients_see_to_rooms_that_exist) {
  const auto rooms = unique(
    &capability::rooms, [](const auto& r) { return r.name; }, "room");
  for (const auto* k : all_of(&capability::kinds)) {
    std::set<std::string> shown;
    for (const auto& form : k->events)
      if (form.is_visible && !shown.insert(form.name).second)
        ADD_FAILURE() << form.name << " is there twice";
    for (const auto& b : k->broadcasts) {
      EXPECT_TRUE(rooms.contains(std::string{b.room})) << k->name << " broadcasts to " << b.room;
      for (const auto type : b.types)
        EXPECT_TRUE(shown.contains(std::string{k->name} + "." + std::string{type})) << k->name << "." << type;
    }
  }
}

TEST(capabilities, name_kinds_rooms_and_supervisors_that_exist) {
  const auto kinds = unique(
    &capability::kinds, [](const auto& k) { return k.name; }, "kind");
  const auto prefixes = unique(
    &capability::kinds, [](const auto& k) { return k.id_prefix; }, "id prefix");
  auto supervisors = unique(
    &capability::supervisors, [](const auto& s) { return s.name; }, "supervisor");
  supervisors.insert("followers");
  for (const auto* f : all_of(&capability::flows))
    EXPECT_TRUE(kinds.contains(std::string{f->subject})) << f->purpose << " is for a " << f->subject;
  for (const auto* s : all_of(&capability::singletons))
    EXPECT_TRUE(supervisors.contains(std::string{s->supervisor})) << s->name << " is under " << s->supervisor;
  for (const auto* r : all_of(&capability::rooms))
    EXPECT_TRUE(r->id_prefix.empty() || prefixes.contains(std::string{r->id_prefix})) << r->name;
}
