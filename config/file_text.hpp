#pragma once

#include <string>

/// Checks of a configuration file's text that CAF's parser does not make.
namespace ainft::config {

/// Throws std::invalid_argument with the place and the rule.
[[noreturn]] void refuse_line(const std::string& where, const std::string& rule);

/// The line that sets `name`, found by the last part of the name; 0 if there is none.
[[nodiscard]] size_t line_of(const std::string& text, const std::string& name);

/// CAF's parser silently ignores "http.port = 1". This function refuses such a line of the file `name`.
void refuse_dotted_keys(const std::string& name, const std::string& text);

/// CAF's parser silently drops a section that is still open at the end of the file. This function refuses it.
void refuse_open_brackets(const std::string& name, const std::string& text);

} // namespace ainft::config
