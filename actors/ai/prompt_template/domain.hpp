#pragma once

#include "actors/ai/prompt_template/protocol.hpp"
#include "runtime/decision.hpp"

#include <map>

namespace ainft::prompt_template {

using state = view;

struct domain {
  using state = prompt_template::state;
  using commands = std::variant<create_template, change_template>;
  using events = std::variant<template_created, template_changed>;
  using view = prompt_template::view;
  static constexpr std::string_view kind = "prompt_template";
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed a text that names a variable that there is none of, and variables that cannot be.
runtime::result<events> decide(const state& s, const create_template& c, const runtime::decision_context& context);
/// Refuses with errc::not_found who may not read it, with errc::not_owner who may only do that, and beyond 100 versions with errc::conflict.
runtime::result<events> decide(const state& s, const change_template& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// Everybody, or its owner.
bool may_read(const state& s, const runtime::principal& who);

/// A template with its variables put in.
struct prompt {
  ai_job::prompt_text text;
  ai_job::prompt_text negative_text;
};

/// Refuses with errc::validation_failed, by "/variables/<name>": one that is missing, unknown, or not what it must be; and by
/// "/promptTemplateId" what is longer than a prompt may be.
[[nodiscard]] runtime::result<prompt> render(const content& c, const std::map<std::string, std::string>& values);

} // namespace ainft::prompt_template
