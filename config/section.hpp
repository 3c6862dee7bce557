#pragma once

#include "config/rules.hpp"

#include <map>
#include <memory>
#include <string_view>
#include <type_traits>
#include <typeindex>

/// Begins the description of a section of settings: the name of each setting, its meaning, and the rules for its value
/// (config/rules.hpp). The configuration file, the environment, the command line, the help text, docs/settings.md and
/// the checks all use this description. Write it after the structure, in the same namespace:
///
///   struct settings {
///     caf::timespan lifetime = std::chrono::hours{24};
///     uint32_t most_open = 20;
///   };
///   AINFT_SETTINGS(settings) {
///     f("lifetime", x.lifetime, "how long an offer stands", config::at_least(std::chrono::minutes{1}));
///     f("most-open", x.most_open, "most open offers of one user", config::between(1, 1'000));
///   }
///
/// A rule that concerns several settings stands in a function `void check(const config::requirement&) const` of the
/// structure.
#define AINFT_SETTINGS(type)                                   \
  template <class Settings, class F>                           \
  requires std::is_same_v<std::remove_const_t<Settings>, type> \
  void for_each_setting([[maybe_unused]] Settings& x, F&& f)

namespace ainft::config {

class configuration;

/// Checks a rule that concerns several settings of a section.
struct requirement {
  std::string_view section;

  /// Throws std::invalid_argument with the setting and the rule unless `good`.
  void operator()(bool good, std::string_view setting, std::string_view rule) const;
};

/// The values of the capabilities' sections, by type.
class section_values {
public:
  /// The values of a section. Throws std::out_of_range if no capability has it.
  template <class Settings>
  [[nodiscard]] const Settings& of() const {
    return *static_cast<const Settings*>(values_.at(typeid(Settings)).get());
  }

  /// Adds a section with its defaults.
  template <class Settings>
  Settings& add() {
    auto made = std::make_shared<Settings>();
    values_[typeid(Settings)] = made;
    return *made;
  }

private:
  std::map<std::type_index, std::shared_ptr<void>> values_;
};

/// A section of settings that a capability adds to the configuration. section_of() makes it.
struct settings_section {
  std::string_view name;  ///< of the section, for example "market"
  std::string_view about; ///< one line for the help text
  void (*add)(configuration& to, std::string_view name, std::string_view about) = nullptr;
};

} // namespace ainft::config
