#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ainft::console {

/// A parsed line: words and options (--name=value or --name value; a flag has an empty value).
struct line {
  std::vector<std::string> words;
  std::map<std::string, std::string> options;
};

/// The request to a node that a command makes.
struct request {
  std::string method = "GET";
  std::string target;
  std::string body;
  bool repeats = false; ///< repeat it until the operator ends it
};

/// One of the console's commands.
struct command {
  std::string name;
  std::string usage; ///< the arguments
  std::string help;
  request (*ask)(const line&);      ///< throws std::invalid_argument
  std::vector<std::string> options; ///< names of its options
  size_t least_words = 0, most_words = 0;
  std::vector<std::string> next_words; ///< completions for its first argument (or their beginnings)
};

/// All commands, by name.
[[nodiscard]] const std::vector<command>& commands();
[[nodiscard]] const command* find_command(const std::string& name);

/// Splits a text into words. Quotes hold words together. Throws std::invalid_argument with one sentence.
[[nodiscard]] std::vector<std::string> split(const std::string& text);

/// Separates words and options. Throws std::invalid_argument with one sentence that names the option without a value.
[[nodiscard]] line parse(const std::vector<std::string>& words);

/// Refuses a variable that nearly has the name of one of the console's, or begins with AINFT_CONSOLE_ and is none of
/// them: a misspelled one must not be ignored. Throws std::invalid_argument.
void check_environment(const char* const* environment);

/// The request of a command; the first word of `l` is the command's name. Throws std::invalid_argument.
[[nodiscard]] request request_for(const line& l);

/// The completions of the last word of `text`.
[[nodiscard]] std::vector<std::string> completions(const std::string& text);

} // namespace ainft::console
