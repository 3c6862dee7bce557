#include "config/file_text.hpp"

#include <algorithm>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ainft::config {

void refuse_line(const std::string& where, const std::string& rule) {
  throw std::invalid_argument{where + ": " + rule};
}

size_t line_of(const std::string& text, const std::string& name) {
  const auto last = name.substr(name.rfind('.') + 1);
  const std::regex setting{"(^|[.{\\s])" + std::regex_replace(last, std::regex{"[^A-Za-z0-9_-]"}, ".") + "\\s*[={]"};
  std::istringstream lines{text};
  std::string line;
  for (size_t n = 1; std::getline(lines, line); ++n)
    if (std::regex_search(line, setting))
      return n;
  return 0;
}

void refuse_dotted_keys(const std::string& name, const std::string& text) {
  static const std::regex dotted{"^\\s*([A-Za-z][A-Za-z0-9_-]*)\\.[A-Za-z0-9_.-]+\\s*="};
  std::istringstream lines{text};
  std::string line;
  std::smatch found;
  for (size_t n = 1; std::getline(lines, line); ++n)
    if (std::regex_search(line, found, dotted))
      refuse_line(name + ":" + std::to_string(n),
                  "write this setting inside its section: " + found[1].str() + " { ... }");
}

void refuse_open_brackets(const std::string& name, const std::string& text) {
  std::vector<std::pair<char, size_t>> open; ///< the closing bracket, and the line of the opening one
  char quote = 0;
  size_t line = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n';
    if (quote != 0) {
      i += c == '\\';
      quote = c == quote ? 0 : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (c == '{' || c == '[') {
      open.emplace_back(c == '{' ? '}' : ']', line);
    } else if (!open.empty() && c == open.back().first) {
      open.pop_back();
    }
  }
  if (!open.empty())
    refuse_line(name + ":" + std::to_string(open.back().second),
                open.back().first == '}' ? "this '{' has no matching '}'" : "this '[' has no matching ']'");
}

} // namespace ainft::config
