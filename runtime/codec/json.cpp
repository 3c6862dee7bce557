#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"
#include "runtime/codec/type_name.hpp"

#include <algorithm>

namespace ainft::runtime {

std::string wire_name(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (size_t i = 0; i < name.size(); ++i)
    out += name[i] == '_' && i + 1 < name.size() ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  size_t clean = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    out.append(text, clean, i - clean);
    clean = i + 1;
    out += '\\';
    switch (c) {
    case '"': out += '"'; break;
    case '\\': out += '\\'; break;
    case '\n': out += 'n'; break;
    case '\r': out += 'r'; break;
    case '\t': out += 't'; break;
    default:
      out += "u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  out.append(text, clean);
  out += '"';
}

void json_reader::refuse_unknown(std::initializer_list<std::string> known) {
  for (auto it = at_->begin(); it != at_->end(); ++it)
    if (std::find(known.begin(), known.end(), it.key()) == known.end())
      inside(it.key(), it.value(), [this] { fail("is not a known field"); });
}

namespace {

std::string number_text(double n) {
  std::string out = nlohmann::json(n).dump();
  if (out.ends_with(".0"))
    out.resize(out.size() - 2);
  return out;
}

std::string choices_rule(std::string_view choices) {
  std::string out = "must be one of ";
  for (const char c : choices)
    out += c == ' ' ? std::string{", "} : std::string{c};
  return out;
}

} // namespace

void json_reader::name_marks(const field_facts& facts) {
  if (failures_ != errors_.size() || errors_.back().pointer != pointer_)
    return; // the error is not listed, or is that of an inner value
  auto& rule = errors_.back().rule;
  if (facts.has_limits() && rule.starts_with("must be a whole number"))
    rule = "must be a whole number from " + number_text(facts.low) + " to " + number_text(facts.high);
  else if (facts.has_limits() && rule == "must be a number")
    rule += " from " + number_text(facts.low) + " to " + number_text(facts.high);
  else if (!facts.choices.empty() && rule.starts_with("must be one of "))
    rule = choices_rule(facts.choices);
}

void json_reader::check_marks(const field_facts& facts) {
  if (!facts.choices.empty() && at_->is_string() && !has_word(facts.choices, at_->get_ref<const std::string&>()))
    fail(choices_rule(facts.choices));
  if (!facts.has_limits())
    return;
  const bool is_list = at_->is_array();
  if (!is_list && !at_->is_number())
    return;
  const auto given = is_list ? static_cast<double>(at_->size()) : at_->get<double>();
  if (given < facts.low || given > facts.high)
    fail((is_list ? "must have " : "must be from ") + number_text(facts.low) + " to " + number_text(facts.high)
         + (is_list ? " items" : ""));
}

void json_reader::check_selected(std::string_view name, const field_facts& facts) {
  if (facts.selector.empty())
    return;
  const auto selector = at_->find(facts.selector);
  if (selector == at_->end() || !selector->is_string())
    return; // the selector's own rule refuses this
  const auto its_pointer = pointer_ + "/" + std::string{facts.selector};
  if (std::any_of(errors_.begin(), errors_.end(), [&](const auto& e) { return e.pointer == its_pointer; }))
    return;
  const auto& chosen = selector->get_ref<const std::string&>();
  const auto key = wire_name(name);
  const auto it = at_->find(key);
  const bool there = it != at_->end() && !it->is_null(), allowed = has_word(facts.selected, chosen);
  static const nlohmann::json null;
  const auto condition = " if " + std::string{facts.selector} + " is " + chosen;
  if (there && !allowed)
    inside(key, *it, [&] { fail("must be absent" + condition); });
  else if (!there && allowed && facts.is_needed)
    inside(key, null, [&] { fail("is required" + condition); });
}

std::string api_name_of(std::string_view whole_name) {
  const auto last = whole_name.rfind("::");
  auto name = last == whole_name.npos ? whole_name : whole_name.substr(last + 2);
  std::string out;
  if (name == "view" || name == "summary") {
    const auto outer = last == whole_name.npos ? std::string_view{} : whole_name.substr(0, last);
    out = outer.substr(outer.rfind(':') + 1);
    out += name == "summary" ? "_summary" : "";
  } else {
    out = name.ends_with("_view") ? name.substr(0, name.size() - 5) : name;
  }
  std::string camel;
  bool upper = true;
  for (const char c : out) {
    if (c != '_')
      camel += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return camel;
}

void append_pointer(std::string& to, std::string_view key) {
  to += '/';
  for (char c : key)
    c == '~' ? to += "~0" : c == '/' ? to += "~1" : to += c;
}

std::string json_quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return nlohmann::json::accept(out)
           ? out
           : nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace ainft::runtime
