#include "actors/ai/prompt_template/domain.hpp"

#include "actors/ai/prompt_template/api.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace ainft::prompt_template {

using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;

namespace {

constexpr size_t longest_value = 500; ///< bytes

/// Calls `literal(text)` and `variable(name)` for the parts of a text, in order.
template <class Literal, class Variable>
void take_apart(std::string_view text, Literal literal, Variable variable) {
  for (;;) {
    const auto open = text.find("{{");
    const auto close = open == text.npos ? text.npos : text.find("}}", open);
    literal(text.substr(0, close == text.npos ? text.npos : open));
    if (close == text.npos)
      return;
    variable(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 2);
  }
}

/// The value of a variable, normalized like all texts. Refuses with the rule that the value violates.
result<std::string> value_for(const variable& v, const std::string& given) {
  auto value = runtime::clean_text(given, {0, longest_value, longest_value, true});
  if (value && v.type == variable_type::number) {
    double number = 0;
    const auto read = std::from_chars(value->data(), value->data() + value->size(), number);
    if (read.ec != std::errc{} || read.ptr != value->data() + value->size())
      return refuse(errc::validation_failed, "must be a number");
  }
  if (value && v.type == variable_type::choice
      && std::none_of(v.choices.begin(), v.choices.end(), [&](const auto& c) { return c.str() == *value; }))
    return refuse(errc::validation_failed, "must be one of the choices");
  return value;
}

caf::error check(const content& c) {
  std::vector<runtime::field_error> bad;
  std::set<std::string> names;
  if (c.variables.size() > most_variables)
    bad.push_back({"/content/variables", "must have at most 20 entries"});
  for (size_t i = 0; i < c.variables.size(); ++i) {
    const auto& v = c.variables[i];
    const auto at = "/content/variables/" + std::to_string(i);
    if (!names.insert(v.name.str()).second)
      bad.push_back({at + "/name", "must not repeat an earlier name"});
    if ((v.type == variable_type::choice) != !v.choices.empty() || v.choices.size() > most_choices)
      bad.push_back({at + "/choices", "must have 1 to 50 entries for type choice, and none for other types"});
    if (v.usual)
      if (const auto usual = value_for(v, *v.usual); !usual)
        bad.push_back({at + "/default", runtime::explain(usual.error()).detail});
  }
  for (const auto& [pointer, text] :
       {std::pair{"/content/text", &c.text.str()}, {"/content/negativeText", &c.negative_text.str()}})
    take_apart(
      *text, [](std::string_view) {},
      [&, pointer = pointer](std::string_view name) {
        if (!names.contains(std::string{name}))
          bad.push_back({pointer, "uses the undefined variable {{" + std::string{name} + "}}"});
      });
  return bad.empty() ? caf::error{} : runtime::refuse_fields(std::move(bad));
}

} // namespace

result<variable_name> variable_name::parse(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool good =
    !text.empty() && text.size() <= 40 && letter(text[0])
    && std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
  if (!good)
    return refuse(errc::validation_failed, std::string{schema.description});
  variable_name out;
  out.text_ = text;
  return out;
}

result<events> decide(const state& s, const create_template& c, const runtime::decision_context& context) {
  if (auto bad = check(c.what.content))
    return bad;
  if (s.id.is_nil())
    return events{template_created{c.id, user_id{context.who.user}, c.what, context.now}};
  // A retry: the answer to the first request was lost.
  return s.owner_id.get() == context.who.user ? result<events>{events{}}
                                              : refuse(errc::conflict, "this template already exists");
}

result<events> decide(const state& s, const change_template& c, const runtime::decision_context& context) {
  if (!may_read(s, context.who)) // the same error as for reading, so that it does not reveal that the template exists
    return refuse(errc::not_found, "no such prompt template");
  if (s.owner_id.get() != context.who.user)
    return refuse(errc::not_owner, "only the template's owner may change it");
  auto what = c;
  if (what.content && *what.content == s.revisions.back().content)
    what.content.reset();
  if (what.content) {
    if (auto bad = check(*what.content))
      return bad;
    if (s.revisions.size() >= ai::most_template_versions)
      return refuse(errc::conflict, "the template already has 100 versions; create a new template");
  }
  const bool changes = what.content || (c.name && *c.name != s.name)
                       || (c.description && *c.description != s.description)
                       || (c.visibility && *c.visibility != s.visibility);
  return changes ? events{template_changed{std::move(what), context.now}} : events{};
}

namespace {

void apply(state& s, const template_created& e) {
  s = {e.id, e.what.studio, e.owner, e.what.name, e.what.description, e.what.visibility, {{1, e.what.content, e.at}},
       e.at};
}

void apply(state& s, const template_changed& e) {
  s.name = e.what.name.value_or(s.name);
  s.description = e.what.description.value_or(s.description);
  s.visibility = e.what.visibility.value_or(s.visibility);
  if (e.what.content)
    s.revisions.push_back({static_cast<uint32_t>(s.revisions.size() + 1), *e.what.content, e.at});
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

view view_of(const state& s) { return s; }

bool may_read(const state& s, const runtime::principal& who) {
  return who.is_platform() || s.visibility == visibility::everyone || who.user == s.owner_id.get();
}

result<prompt> render(const content& c, const std::map<std::string, std::string>& values) {
  std::vector<runtime::field_error> bad;
  std::map<std::string, std::string, std::less<>> known;
  for (const auto& v : c.variables) {
    const auto given = values.find(v.name.str());
    const auto pointer = "/variables/" + v.name.str();
    if (given == values.end() && !v.usual) {
      bad.push_back({pointer, "is required"});
      continue;
    }
    if (auto value = value_for(v, given == values.end() ? *v.usual : given->second))
      known[v.name.str()] = std::move(*value);
    else
      bad.push_back({pointer, runtime::explain(value.error()).detail});
  }
  for (const auto& [name, value] : values)
    if (std::none_of(c.variables.begin(), c.variables.end(),
                     [&, n = &name](const auto& v) { return v.name.str() == *n; }))
      bad.push_back({"/variables/" + name, "is not one of the template's variables"});
  if (!bad.empty())
    return runtime::refuse_fields(std::move(bad));
  const auto fill = [&known](const std::string& text) {
    std::string out;
    take_apart(
      text, [&](std::string_view s) { out += s; }, [&](std::string_view name) { out += known.find(name)->second; });
    return ai::prompt_text::parse(out);
  };
  auto text = fill(c.text.str()), negative = fill(c.negative_text.str());
  if (!text || !negative)
    return refuse_field("/promptTemplateId", "cannot be used with these variables: the prompt "
                                               + runtime::explain((text ? negative : text).error()).detail);
  return prompt{std::move(*text), std::move(*negative)};
}

} // namespace ainft::prompt_template
