#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"

#include <algorithm>
#include <set>

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

result<nlohmann::json> parse_json(std::string_view bytes) {
  constexpr int max_depth = 64;
  bool too_deep = false;
  std::string duplicate;
  std::vector<std::set<std::string>> names;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using enum nlohmann::json::parse_event_t;
    too_deep = too_deep || depth > max_depth;
    if (event == object_start)
      names.emplace_back();
    else if (event == object_end && !names.empty())
      names.pop_back();
    else if (event == key && !names.empty() && !names.back().insert(parsed.get<std::string>()).second)
      duplicate = parsed.get<std::string>();
    return !too_deep;
  };
  try {
    auto json = nlohmann::json::parse(bytes, watch);
    if (too_deep)
      return refuse(errc::malformed_request, "the JSON is nested deeper than 64 levels");
    if (!duplicate.empty())
      return refuse(errc::malformed_request, "the JSON has the member \"" + duplicate + "\" twice");
    return json;
  } catch (const nlohmann::json::parse_error& e) {
    return refuse(errc::malformed_request, "the JSON is malformed at byte " + std::to_string(e.byte));
  }
}

} // namespace ainft::runtime
