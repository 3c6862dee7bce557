#include "actors/ai/prompt_template/api.hpp"
#include "actors/ai/prompt_template/domain.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::prompt_template;
using namespace ainft::testing_values;
using runtime::errc;

content places() {
  content c;
  c.text = parsed<template_text>("{{what}} and {{what}}, {{{odd}} {{open");
  c.variables = {{parsed<variable_name>("what"), variable_type::text, {}, std::nullopt, {}}};
  return c;
}

} // namespace

TEST(prompt_template, text_is_taken_as_it_stands_but_for_its_variables) {
  auto c = places();
  c.text = parsed<template_text>("{{what}} and {{what}}, }} { {{open");
  const auto made = render(c, {{"what", "x{{what}}"}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->text.str(), "x{{what}} and x{{what}}, }} { {{open");
}

TEST(prompt_template, that_names_an_unknown_variable_is_none) {
  const auto refused =
    decide({},
           create_template{template_id::make(),
                           {studio_id::make(), parsed<template_name>("x"), {}, visibility::studio, places()}},
           {at(0), person(1)});
  EXPECT_EQ(pointer_of(refused), "/content/text");
}

TEST(prompt_template, that_grows_too_long_is_refused) {
  auto c = places();
  std::string text;
  for (int i = 0; i < 9; ++i)
    text += "{{what}}";
  c.text = parsed<template_text>(text);
  EXPECT_EQ(pointer_of(render(c, {{"what", std::string(500, 'x')}})), "/promptTemplateId");
  EXPECT_EQ(code_of(render(c, {{"what", std::string(400, 'x')}})), errc::none);
}

TEST(prompt_template, is_not_there_for_who_may_not_read_it) {
  state s;
  const auto give = [&s](const auto& command, uint8_t who) {
    const auto decided = decide(s, command, {at(0), person(who)});
    if (decided)
      for (const auto& e : *decided)
        evolve(s, e);
    return code_of(decided);
  };
  auto c = places();
  c.text = parsed<template_text>("{{what}}");
  ASSERT_EQ(give(create_template{template_id::make(),
                                 {studio_id::make(), parsed<template_name>("x"), {}, visibility::studio, c}},
                 1),
            errc::none);
  const change_template other_name{parsed<template_name>("y"), {}, {}, {}};
  EXPECT_EQ(give(other_name, 2), errc::not_found);
  EXPECT_EQ(give(change_template{{}, {}, visibility::everyone, {}}, 1), errc::none);
  EXPECT_EQ(give(other_name, 2), errc::not_owner);
  EXPECT_EQ(give(other_name, 1), errc::none);
}

TEST(prompt_template, has_at_most_a_hundred_versions) {
  state s;
  auto c = places();
  const auto give = [&s](const auto& command) {
    const auto decided = decide(s, command, {at(0), person(1)});
    if (decided)
      for (const auto& e : *decided)
        evolve(s, e);
    return code_of(decided);
  };
  c.text = parsed<template_text>("v1");
  ASSERT_EQ(give(create_template{template_id::make(),
                                 {studio_id::make(), parsed<template_name>("x"), {}, visibility::studio, c}}),
            errc::none);
  for (int i = 2; i <= 100; ++i) {
    c.text = parsed<template_text>("v" + std::to_string(i));
    ASSERT_EQ(give(change_template{{}, {}, {}, c}), errc::none) << i;
  }
  EXPECT_EQ(give(change_template{{}, {}, {}, c}), errc::none) << "the same again is no other version";
  EXPECT_EQ(s.revisions.size(), 100u);
  c.text = parsed<template_text>("one more");
  EXPECT_EQ(give(change_template{{}, {}, {}, c}), errc::conflict);
}
