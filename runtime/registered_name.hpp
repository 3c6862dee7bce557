#pragma once

#include "runtime/values.hpp"

#include <algorithm>
#include <vector>

namespace ainft::runtime {

/// A name from a list that the parts of the program make together, for example the purposes of all capabilities'
/// transactions. `Registry` has `static std::vector<std::string> names()` and
/// `static constexpr std::string_view description`.
template <class Registry>
class registered_name : public text_value {
public:
  static constexpr text_schema schema{"", Registry::description, ""};

  registered_name() = default;
  /// For names that are constants in the program.
  explicit registered_name(std::string_view name) : name_{name} {}
  /// Refuses a name that is not in the list with errc::validation_failed.
  static result<registered_name> parse(std::string_view text) {
    const auto all = names();
    if (std::find(all.begin(), all.end(), text) == all.end())
      return refuse(errc::validation_failed, one_of_rule(all));
    return registered_name{text};
  }
  /// Accepts any name, because another version of the program may have written it.
  static result<registered_name> stored(std::string_view text) { return registered_name{text}; }
  [[nodiscard]] static std::vector<std::string> names() { return Registry::names(); }
  [[nodiscard]] const std::string& str() const noexcept { return name_; }
  friend auto operator<=>(const registered_name&, const registered_name&) = default;

private:
  std::string name_;
};

} // namespace ainft::runtime
