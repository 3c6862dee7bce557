#pragma once

#include "config/settings.hpp"

#include <caf/actor_system_config.hpp>

#include <iosfwd>
#include <map>
#include <string>

namespace ainft::config {

/// The program's configuration: defaults, then the file named by --config-file or AINFT_CONFIG_FILE, then the environment
/// (AINFT_HTTP_PORT for http.port), then the command line; what comes later wins.
class configuration : public caf::actor_system_config {
public:
  configuration();

  settings values;

  /// Reads all sources. Returns false when the help text was asked for and printed. Throws std::invalid_argument with one
  /// sentence that names the source (a file's line, a variable, an option), the setting and the rule.
  bool load(int argc, char** argv, char** environment);

  /// Reads a file's text; `name` is what errors call it.
  void read_file(const std::string& name, const std::string& text);
  void read_environment(char** environment);

  /// Every setting by its full name, as it is in effect. (No setting holds a secret.)
  [[nodiscard]] std::map<std::string, std::string> effective() const;

  /// Every setting with its variable, its meaning and its default.
  void print_help(std::ostream& out) const;

private:
  void read_option(const std::string& arg);
  void check() const;
  void set_up_remoting();

  std::map<std::string, std::string> defaults_; ///< as text, by full name
};

/// What a setting's environment variable is called: "http.header-limit" is AINFT_HTTP_HEADER_LIMIT.
[[nodiscard]] std::string variable_name(std::string_view setting);

} // namespace ainft::config
