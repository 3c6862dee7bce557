#pragma once

#include "actors/ai/prompt_template/protocol.hpp"
#include "runtime/decision.hpp"

namespace ainft::prompt_template {

using state = view;

struct domain : entity {
  using state = prompt_template::state;
  using commands = std::variant<create_template, change_template>;
  using events = std::variant<template_created, template_changed>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed invalid variables, and texts that name an unknown variable.
runtime::result<events> decide(const state& s, const create_template& c, const runtime::decision_context& context);
/// Refuses with errc::not_found a user who may not read the template, with errc::not_owner any other user than the
/// owner, and with errc::conflict a content beyond 100 versions.
runtime::result<events> decide(const state& s, const change_template& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// Everybody may read a public template. Only the owner and the platform may read the others.
bool may_read(const state& s, const runtime::principal& who);

} // namespace ainft::prompt_template
