#pragma once

#include "actors/ai/prompt_text.hpp"
#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::prompt_template {

using template_name = runtime::display_text<80>;
using description_text = runtime::paragraph_text<0, 2000>;
using template_text = runtime::paragraph_text<1, 4000>;
using choice_text = runtime::display_text<200, 200>;

/// The name of a variable: a letter, then up to 39 letters, digits and underscores (ASCII).
class variable_name : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{
    "", "must be 1 to 40 letters, digits and underscores, and begin with a letter", "^[A-Za-z][A-Za-z0-9_]{0,39}$"};
  static runtime::result<variable_name> parse(std::string_view text);
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const variable_name&, const variable_name&) = default;

private:
  std::string text_;
};

/// The type of a variable: any text of at most 500 bytes, a number, or one of its choices.
AINFT_ENUM(variable_type, text, number, choice)

constexpr size_t most_variables = 20, most_choices = 50; ///< of a template, and of a variable

struct variable {
  static constexpr std::string_view api_name = "TemplateVariable";
  variable_name name;
  variable_type type = variable_type::text;
  std::vector<choice_text> choices; ///< for the type `choice`: 1 to 50
  std::optional<std::string> usual; ///< the default; if absent, a value is required
  description_text description;
  friend bool operator==(const variable&, const variable&) = default;
};
AINFT_DESCRIBE(
  variable, (name, about("Each name is used once.")),
  (type, defaulted,
   about("`text`: any text of up to 500 bytes. `number`: a decimal number. `choice`: one of the choices.")),
  (choices, defaulted, between(0, most_choices),
   about("The allowed values if the type is `choice`: at least one. Empty for other types.")),
  (usual, "default", about("Its value if an order gives none. Without a default, an order must give one.")),
  (description, defaulted, about("Tells people what it is for, up to 2000 bytes.")))
AINFT_ABOUT(variable, "A variable of a prompt template.")

/// Who may read a template: its owner, or everybody.
AINFT_ENUM(visibility, studio, (everyone, "public"))

/// The texts of a template. {{name}} stands for a variable.
struct content {
  static constexpr std::string_view api_name = "TemplateContent";
  template_text text;
  ai::prompt_text negative_text;
  std::vector<variable> variables;
  friend bool operator==(const content&, const content&) = default;
};
AINFT_DESCRIBE(content, (text, about("The prompt, up to 4000 bytes. `{{name}}` stands for the value of a variable.")),
               (negative_text, defaulted, about("The negative prompt, likewise; empty for none.")),
               (variables, defaulted, between(0, most_variables), about("All variables that the texts use.")))
AINFT_ABOUT(content, "The texts and variables of a prompt template.")

/// The body of POST /v1/ai/prompt-templates.
struct new_template {
  ainft::studio_id studio;
  template_name name;
  description_text description;
  prompt_template::visibility visibility = visibility::studio;
  prompt_template::content content;
};
AINFT_DESCRIBE(new_template, (studio, "studio_id", about("A studio of the caller.")),
               (name, about("1 to 80 characters.")),
               (description, defaulted, about("Tells people what it makes, up to 2000 bytes.")),
               (visibility, defaulted, about("Who may read and use it. `studio`: its owner. `public`: everybody.")),
               (content, about("Its first version.")))
AINFT_ABOUT(new_template, "A prompt template for a studio.")

struct create_template {
  static constexpr bool creates = true;
  template_id id;
  new_template what;
};
AINFT_DESCRIBE(create_template, id, what)

/// The body of PATCH /v1/ai/prompt-templates/{id}: absent fields stay as they are. A different content becomes a new
/// version.
struct change_template {
  std::optional<template_name> name;
  std::optional<description_text> description;
  std::optional<prompt_template::visibility> visibility;
  std::optional<prompt_template::content> content;
};
AINFT_DESCRIBE(change_template, (name, about("1 to 80 characters.")),
               (description, about("Tells people what it makes, up to 2000 bytes.")),
               (visibility, about("Who may read and use it. `studio`: its owner. `public`: everybody.")),
               (content, about("If it differs from the latest version, it becomes a new version.")))
AINFT_ABOUT(change_template, "The fields of a prompt template that change; absent fields stay as they are.")

struct template_created {
  template_id id;
  user_id owner;
  new_template what;
  runtime::time_point at;
};
AINFT_DESCRIBE(template_created, id, owner, what, at)

struct template_changed {
  change_template what;
  runtime::time_point at;
};
AINFT_DESCRIBE(template_changed, what, at)

/// One version of a template's content, and when it was added.
struct revision {
  static constexpr std::string_view api_name = "TemplateVersion";
  uint32_t number = 1;
  prompt_template::content content;
  runtime::time_point at;
};
AINFT_DESCRIBE(revision, (number, about("Versions count from 1.")), (content, about("Its texts and variables.")),
               (at, about("When it was added.")))
AINFT_ABOUT(revision, "A version of a prompt template. It does not change.")

struct view {
  template_id id;
  ainft::studio_id studio_id;
  user_id owner_id;
  template_name name;
  description_text description;
  prompt_template::visibility visibility = visibility::studio;
  std::vector<prompt_template::revision> revisions; ///< oldest first; the last one is current
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, (studio_id, about("Its owner's studio.")), (owner_id, about("The user who created it.")),
               (name, about("1 to 80 characters.")), (description, about("What it makes; it may be empty.")),
               (visibility, about("Who may read and use it. `studio`: its owner. `public`: everybody.")),
               (revisions, about("All versions, oldest first. Orders use the last one if they name none.")),
               (created_at, about("When the owner created it.")))
AINFT_ABOUT(view, "A prompt template: a prompt with variables, in all its versions.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "prompt_template", title = "prompt template";
  using view = prompt_template::view;
};

} // namespace ainft::prompt_template
