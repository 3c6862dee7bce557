#pragma once

#include "config/settings.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/config_option_adder.hpp>
#include <caf/deep_to_string.hpp>

#include <functional>
#include <iosfwd>
#include <map>
#include <string>

namespace ainft::config {

/// The program's configuration. Its sources are, in this order: the defaults, the file named by --config-file or
/// AINFT_CONFIG_FILE, the environment (AINFT_HTTP_PORT for http.port), and the command line. A later source overrides
/// an earlier one.
class configuration : public caf::actor_system_config {
public:
  /// `capabilities`: their sections. They need to exist only during the call.
  explicit configuration(const std::vector<const settings_section*>& capabilities = {});
  configuration(const configuration&) = delete; // CAF's options point to the values

  settings values;
  section_values sections; ///< of the capabilities

  /// Adds a section. `to` must outlive the configuration.
  template <class Settings>
  void add(std::string_view name, std::string_view about, Settings& to);

  /// Reads all sources. Returns false if it printed the help text on request. Throws std::invalid_argument with one
  /// sentence that names the source (a line of the file, a variable, an option), the setting and the rule.
  bool load(int argc, char** argv, char** environment);

  /// Reads the text of a file. Error texts call the file `name`.
  void read_file(const std::string& name, const std::string& text);
  /// Refuses a variable that begins with AINFT_ and belongs to no setting and to no other program.
  void read_environment(char** environment);

  /// All settings by full name, with the values in effect. (No setting holds a secret.)
  [[nodiscard]] std::map<std::string, std::string> effective() const;

  /// Prints each setting with its variable, its meaning and its default.
  void print_help(std::ostream& out) const;
  /// Prints the same as Markdown, for docs/settings.md.
  void print_reference(std::ostream& out) const;

private:
  void read_option(const std::string& arg);
  void put_value(const caf::config_option& option, caf::config_value value, const std::string& where);
  void check() const;
  void set_up_remoting();

  struct setting {
    std::string name;    ///< with its section, for example "http.port"
    std::string meaning; ///< with the rules
    std::string rules;   ///< of the value, for example "from 1 to 256"; may be empty
    std::string default_value;
  };
  struct section {
    std::string name, about;
    std::vector<setting> settings;
    std::function<void()> check; ///< throws std::invalid_argument
  };

  std::vector<section> sections_;
};

template <class Settings>
void configuration::add(std::string_view name, std::string_view about, Settings& to) {
  section added{std::string{name}, std::string{about}, {}, {}};
  caf::config_option_adder options{custom_options_, added.name};
  const auto add_one = [&](std::string_view setting, auto& value, std::string meaning, const auto&... rule) {
    ((meaning += " (" + rule.str() + ")"), ...);
    std::string rules;
    ((rules += (rules.empty() ? "" : ", ") + rule.str()), ...);
    options.add(value, setting, meaning);
    added.settings.push_back({added.name + "." + std::string{setting}, meaning, rules, caf::deep_to_string(value)});
  };
  for_each_setting(to, add_one);
  added.check = [&to, of = added.name] {
    const requirement need{of};
    for_each_setting(
      to, [&need]([[maybe_unused]] std::string_view setting, [[maybe_unused]] const auto& value, std::string_view,
                  const auto&... rule) { (need(rule.holds(value), setting, rules::error_of(rule)), ...); });
    if constexpr (requires { to.check(need); })
      to.check(need);
  };
  sections_.push_back(std::move(added));
}

/// A section of a capability. Its values are in configuration::sections, by the type `Settings`.
template <class Settings>
settings_section section_of(std::string_view name, std::string_view about) {
  return {name, about, [](configuration& to, std::string_view as, std::string_view what) {
            to.add(as, what, to.sections.add<Settings>());
          }};
}

/// The environment variable of a setting: AINFT_HTTP_HEADER_LIMIT for "http.header-limit".
[[nodiscard]] std::string variable_name(std::string_view setting);

} // namespace ainft::config
