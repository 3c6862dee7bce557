#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ainft::console {

/// A line taken apart: words, and --name=value or --name value (flags have an empty value).
struct line {
  std::vector<std::string> words;
  std::map<std::string, std::string> options;
};

/// What a command asks of a node.
struct request {
  std::string method = "GET";
  std::string target;
  std::string body;
  bool repeats = false; ///< shown again and again until the operator ends it
};

/// One of the console's commands.
struct command {
  std::string name;
  std::string usage; ///< what follows the name
  std::string help;
  request (*ask)(const line&);      ///< throws std::invalid_argument
  std::vector<std::string> options; ///< names of those that it takes
  size_t least_words = 0, most_words = 0;
  std::vector<std::string> next_words; ///< what its first word may be or begin with, for completion
};

/// All commands, by name.
[[nodiscard]] const std::vector<command>& commands();
[[nodiscard]] const command* find_command(const std::string& name);

/// The words of a text; quotes hold words together. Throws std::invalid_argument with one sentence.
[[nodiscard]] std::vector<std::string> split(const std::string& text);

/// Takes words apart. Throws std::invalid_argument with one sentence that names the command or the option at fault.
[[nodiscard]] line parse(const std::vector<std::string>& words);

/// What `l` asks for; its first word is the command's name. Throws std::invalid_argument.
[[nodiscard]] request request_for(const line& l);

/// What may come after `text`, for completion.
[[nodiscard]] std::vector<std::string> completions(const std::string& text);

} // namespace ainft::console
