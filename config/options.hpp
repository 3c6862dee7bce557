#pragma once

#include "config/settings.hpp"

#include <caf/actor_system_config.hpp>

#include <iosfwd>
#include <map>
#include <string>

namespace ainft::config {

/// The program's configuration. Its sources are, in this order: the defaults, the file named by --config-file or
/// AINFT_CONFIG_FILE, the environment (AINFT_HTTP_PORT for http.port), and the command line. A later source overrides
/// an earlier one.
class configuration : public caf::actor_system_config {
public:
  configuration();

  settings values;

  /// Reads all sources. Returns false if it printed the help text on request. Throws std::invalid_argument with one
  /// sentence that names the source (a line of the file, a variable, an option), the setting and the rule.
  bool load(int argc, char** argv, char** environment);

  /// Reads the text of a file. Error texts call the file `name`.
  void read_file(const std::string& name, const std::string& text);
  void read_environment(char** environment);

  /// All settings by full name, with the values in effect. (No setting holds a secret.)
  [[nodiscard]] std::map<std::string, std::string> effective() const;

  /// Prints each setting with its variable, its meaning and its default.
  void print_help(std::ostream& out) const;

private:
  void read_option(const std::string& arg);
  void check() const;
  void set_up_remoting();

  std::map<std::string, std::string> defaults_; ///< as text, by full name
};

/// The environment variable of a setting: AINFT_HTTP_HEADER_LIMIT for "http.header-limit".
[[nodiscard]] std::string variable_name(std::string_view setting);

} // namespace ainft::config
