#include "actors/realtime/arguments.hpp"

#include <algorithm>

namespace ainft::realtime {

runtime::result<nlohmann::json> object_of(const nlohmann::json& args, std::initializer_list<std::string_view> known) {
  if (args.empty() || !args[0].is_object())
    return runtime::refuse_field("", "must be an object");
  std::vector<runtime::field_error> bad;
  for (const auto& [name, value] : args[0].items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      bad.push_back({"/" + name, "is not a known field"});
  if (!bad.empty())
    return runtime::refuse_fields(std::move(bad));
  return args[0];
}

std::optional<std::string> text_of(const nlohmann::json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? std::optional{it->get<std::string>()} : std::nullopt;
}

} // namespace ainft::realtime
