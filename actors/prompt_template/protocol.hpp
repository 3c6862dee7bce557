#pragma once

#include "actors/ai_job/protocol.hpp"

namespace ainft::prompt_template {

using template_name = runtime::display_text<80>;
using description_text = runtime::paragraph_text<0, 2000>;
using template_text = runtime::paragraph_text<1, 4000>;
using choice_text = runtime::display_text<200, 200>;

/// A variable's name: 1 to 40 ASCII letters, digits and underscores, a letter first.
class variable_name : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{"", "must be 1 to 40 letters, digits and underscores, a letter first", "^[A-Za-z][A-Za-z0-9_]{0,39}$"};
  static runtime::result<variable_name> parse(std::string_view text);
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const variable_name&, const variable_name&) = default;

private:
  std::string text_;
};

/// What a variable may be: any text of at most 500 bytes, a number, or one of its choices.
enum class variable_type : uint8_t { text, number, choice };
constexpr auto enum_names(variable_type) { return std::array<std::string_view, 3>{"text", "number", "choice"}; }

struct variable {
  variable_name name;
  variable_type type = variable_type::text;
  std::vector<choice_text> choices;      ///< of a choice, 1 to 50
  std::optional<std::string> usual;      ///< taken where none is given; without it one must be
  description_text description;
  friend bool operator==(const variable&, const variable&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, variable& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("type", x.type).fallback(variable_type::text),
                            f.field("choices", x.choices).fallback(std::vector<choice_text>{}), f.field("default", x.usual),
                            f.field("description", x.description).fallback(description_text{}));
}

/// Who sees it: its studio, or everybody.
enum class visibility : uint8_t { studio, everyone };
constexpr auto enum_names(visibility) { return std::array<std::string_view, 2>{"studio", "public"}; }

/// What a template says. Variables stand in the texts as {{name}}.
struct content {
  template_text text;
  ai_job::prompt_text negative_text;
  std::vector<variable> variables; ///< at most 20
  friend bool operator==(const content&, const content&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, content& x) {
  return f.object(x).fields(f.field("text", x.text), f.field("negative_text", x.negative_text).fallback(ai_job::prompt_text{}),
                            f.field("variables", x.variables).fallback(std::vector<variable>{}));
}

/// The body of POST /v1/ai/prompt-templates.
struct new_template {
  ainft::studio_id studio;
  template_name name;
  description_text description;
  prompt_template::visibility visibility = visibility::studio;
  prompt_template::content content;
};

template <class Inspector>
bool inspect(Inspector& f, new_template& x) {
  return f.object(x).fields(f.field("studio_id", x.studio), f.field("name", x.name), f.field("description", x.description).fallback(description_text{}),
                            f.field("visibility", x.visibility).fallback(visibility::studio), f.field("content", x.content));
}

struct create_template {
  static constexpr bool creates = true;
  template_id id;
  new_template what;
};

template <class Inspector>
bool inspect(Inspector& f, create_template& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("what", x.what));
}

/// The body of PATCH /v1/ai/prompt-templates/{id}: what is absent stays. Another content is another version.
struct change_template {
  std::optional<template_name> name;
  std::optional<description_text> description;
  std::optional<prompt_template::visibility> visibility;
  std::optional<prompt_template::content> content;
};

template <class Inspector>
bool inspect(Inspector& f, change_template& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("description", x.description), f.field("visibility", x.visibility),
                            f.field("content", x.content));
}

struct template_created {
  template_id id;
  user_id owner;
  new_template what;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, template_created& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("owner", x.owner), f.field("what", x.what), f.field("at", x.at));
}

struct template_changed {
  change_template what;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, template_changed& x) {
  return f.object(x).fields(f.field("what", x.what), f.field("at", x.at));
}

/// One of a template's contents, from when it is there.
struct revision {
  uint32_t number = 1;
  prompt_template::content content;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, revision& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("content", x.content), f.field("at", x.at));
}

struct view {
  template_id id;
  ainft::studio_id studio_id;
  user_id owner_id;
  template_name name;
  description_text description;
  prompt_template::visibility visibility = visibility::studio;
  std::vector<prompt_template::revision> revisions; ///< the oldest first; the last is the present one
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("owner_id", x.owner_id), f.field("name", x.name),
                            f.field("description", x.description), f.field("visibility", x.visibility), f.field("revisions", x.revisions),
                            f.field("created_at", x.created_at));
}

} // namespace ainft::prompt_template

CAF_BEGIN_TYPE_ID_BLOCK(ainft_prompt_template, ainft::runtime::capability_type_ids(9))
  CAF_ADD_TYPE_ID(ainft_prompt_template, (ainft::prompt_template::create_template))
  CAF_ADD_TYPE_ID(ainft_prompt_template, (ainft::prompt_template::change_template))
CAF_END_TYPE_ID_BLOCK(ainft_prompt_template)
