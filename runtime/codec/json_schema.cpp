#include "runtime/codec/json_schema.hpp"

namespace ainft::runtime {

std::string typeid_pattern(std::string_view prefix) {
  return "^" + std::string{prefix} + "_[0-7][0-9a-hjkmnp-tv-z]{25}$";
}

void json_schema::strip(nlohmann::json& schema) {
  if (schema.is_object())
    for (const auto* key : {type_key, whole_key})
      schema.erase(key);
  for (auto& part : schema)
    if (part.is_structured())
      strip(part);
}

void json_schema::split(const std::string& name) {
  const std::string selector{selected_.front().facts.selector};
  auto whole = std::exchange(object_, nlohmann::json{{"oneOf", nlohmann::json::array()}});
  object_["discriminator"] = {{"propertyName", selector}, {"mapping", nlohmann::json::object()}};
  for (const auto& value : whole.at("properties").at(selector).at("enum")) {
    const auto text = value.get<std::string>();
    auto one = whole;
    one["properties"][selector]["enum"] = nlohmann::json::array({text});
    for (const auto& [field, facts] : selected_) {
      if (!has_word(facts.selected, text))
        one["properties"].erase(field);
      else if (facts.is_needed)
        one["required"].push_back(field);
    }
    const auto part = name + api_name_of(text);
    const auto ref = "#/components/schemas/" + part;
    one[type_key] = part;
    components_[part] = std::move(one);
    object_["oneOf"].push_back({{"$ref", ref}});
    object_["discriminator"]["mapping"][text] = ref;
  }
  object_[whole_key] = std::move(whole);
}

} // namespace ainft::runtime
