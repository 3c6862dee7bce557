#pragma once

#include "runtime/decision.hpp"
#include "runtime/event_codec.hpp"

#include <concepts>

/// The rules of an entity's domain are free functions, which argument-dependent lookup finds. `Domain` names the types:
/// `state` (default constructible, described), `commands` and `events` (std::variant), `view`, `kind`, `state_version`.
///
///   result<std::vector<event>> decide(const state&, const Command&, const decision_context&)   one for each command
///   void evolve(state&, const event&)
///   view view_of(const state&)
///   void project(const state& after, const event&, const decision_context&, row_writes&)
///
/// An entity that does not exist yet accepts only commands with `static constexpr bool creates = true`.
///
/// Optional rules:
///
///   std::optional<time_point> deadline(const state&)
///   result<std::vector<event>> decide(const state&, const wake&, const decision_context&)
///       For entities with deadlines; both or none. Set `Domain::deadline_in_rows` if the entity's own rows hold the
///       deadline for the view `due`.
///   std::string answer_of(const state& after, const std::vector<event>&)
///       If the answer to a command is not the view.
///   bool at_rest(const state&)
///       True when no more changes are expected: the entity leaves memory sooner.
///   bool may_read(const state&, const principal&)
///       If not everybody may read the entity.
///   view view_of(const state&, const principal&)
///       If not every reader sees the same view.
///   std::vector<uuid> audience(const state& before, const event&)
///       If events concern others: see committed_event.
///   void upcast(Event*, uint16_t from_version, nlohmann::json&)
///       If an older form of an event must be converted: see decode_event().
///
/// The runtime ignores every other function. checked_rules finds functions that have the name of an optional rule, but
/// another signature.
namespace ainft::runtime {

namespace rules {

/// Converts to a parameter of any type, except rvalue references. Lookup also finds functions in the namespace of `T`.
template <class T>
struct anything {
  template <class To>
  operator To&() const;
};

// Each calls the functions of one name.
struct deadline_rule {
  auto operator()(auto&&... x) const -> decltype(deadline(x...));
};
struct decide_rule {
  auto operator()(auto&&... x) const -> decltype(decide(x...));
};
struct answer_of_rule {
  auto operator()(auto&&... x) const -> decltype(answer_of(x...));
};
struct at_rest_rule {
  auto operator()(auto&&... x) const -> decltype(at_rest(x...));
};
struct may_read_rule {
  auto operator()(auto&&... x) const -> decltype(may_read(x...));
};
struct view_of_rule {
  auto operator()(auto&&... x) const -> decltype(view_of(x...));
};
struct audience_rule {
  auto operator()(auto&&... x) const -> decltype(audience(x...));
};
struct upcast_rule {
  auto operator()(auto&&... x) const -> decltype(upcast(x...));
};

template <class Rule, class Signature>
constexpr bool has = false;
template <class Rule, class Result, class... Arguments>
constexpr bool has<Rule, Result(Arguments...)> = requires {
  requires std::same_as<std::invoke_result_t<Rule, Arguments...>, Result>;
};

/// Whether there is a function that takes these arguments, alone or with more of any type, up to four in all.
template <class Rule, class Any, class... Arguments>
constexpr bool is_declared() {
  if constexpr (std::invocable<Rule, Arguments...>)
    return true;
  else if constexpr (sizeof...(Arguments) < 4)
    return is_declared<Rule, Any, Arguments..., Any>();
  else
    return false;
}

/// Whether the rule has this signature, or no function has its name. Only functions that take `Arguments` first count.
template <class Rule, class Signature, class Any, class... Arguments>
constexpr bool fits = has<Rule, Signature> || !is_declared<Rule, Any, Arguments...>();

template <class Event>
constexpr bool upcast_fits = has<upcast_rule, void(Event*, uint16_t, nlohmann::json&)>
                               ? (event_version<Event>() > 1) // the runtime does not call it for version 1
                               : !is_declared<upcast_rule, anything<Event>, Event*>();

template <class Command>
constexpr bool creates = requires {
  requires Command::creates;
};

} // namespace rules

/// The optional rules of `Domain`. A value is false if the runtime would ignore a rule that the domain declares.
template <class Domain>
struct checked_rules {
  using state = typename Domain::state;
  using event = typename Domain::events;
  using events = std::vector<event>;
  using any = rules::anything<state>;

  static constexpr bool has_deadline = rules::has<rules::deadline_rule, std::optional<time_point>(const state&)>;
  static constexpr bool has_wake =
    rules::has<rules::decide_rule, result<events>(const state&, const wake&, const decision_context&)>;

  static constexpr bool deadline = has_deadline || !rules::is_declared<rules::deadline_rule, any, any>();
  static constexpr bool wake_and_deadline =
    has_wake == has_deadline && (has_wake || !rules::is_declared<rules::decide_rule, any, any, const wake&>());
  static constexpr bool deadline_in_rows = has_deadline || !requires { Domain::deadline_in_rows; };
  static constexpr bool answer_of =
    rules::fits<rules::answer_of_rule, std::string(const state&, const events&), any, any>;
  static constexpr bool at_rest = rules::fits<rules::at_rest_rule, bool(const state&), any, any>;
  static constexpr bool may_read = rules::fits<rules::may_read_rule, bool(const state&, const principal&), any, any>;
  static constexpr bool view_of =
    rules::fits<rules::view_of_rule, typename Domain::view(const state&, const principal&), any, any, any>;
  static constexpr bool audience =
    rules::fits<rules::audience_rule, std::vector<uuid>(const state&, const event&), any, any>;
  static constexpr bool upcast = []<class... Events>(std::variant<Events...>*) {
    return (rules::upcast_fits<Events> && ...);
  }(static_cast<event*>(nullptr));
  /// Whether any command can create the entity.
  static constexpr bool creates = []<class... Commands>(std::variant<Commands...>*) {
    return (rules::creates<Commands> || ...);
  }(static_cast<typename Domain::commands*>(nullptr));
};

} // namespace ainft::runtime
