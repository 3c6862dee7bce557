#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"

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
