#pragma once

#include "actors/capability.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>

/// Checks that old events of a kind can still be read, and still mean the same. A folder has a sample of each version
/// of each event, <kind>.<type>.v<version>.json, and the entity's state after it,
/// <kind>.<type>.v<version>.state.json, with:
///   "after"  the earlier events: names of other samples ("listing_live.v1"), or events {"type", "version", "data"}
///   "state"  the state after the sample, in the form of a snapshot
/// A version may have further samples, its variants: <kind>.<type>.v<version>.<variant>.json with a .state.json of its
/// own. "after" names them in the same way ("listing_created.v2.fixed").
/// A new version adds files and changes none. WRITE_STORED_STATES=1 writes "state" (and "after": [] if there is no
/// file); read what it wrote.
namespace ainft::stored_events {

using nlohmann::json;

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct sample {
  std::string name; ///< without ".json": "listing.listing_live.v1"
  runtime::committed_event event;
};

inline runtime::committed_event event_of(std::string type, uint16_t version, std::string payload) {
  runtime::committed_event out;
  out.sequence = 1;
  out.type = std::move(type);
  out.version = version;
  out.payload = std::move(payload);
  return out;
}

/// The samples of one kind.
class samples {
public:
  samples(const entity_kind& kind, std::filesystem::path folder) : kind_{kind}, folder_{std::move(folder)} {
    const auto prefix = std::string{kind.name} + ".";
    for (const auto& file : std::filesystem::directory_iterator{folder_})
      if (const auto name = file.path().stem().string(); name.starts_with(prefix) && !name.ends_with(".state"))
        all_.push_back(sample_of(name.substr(prefix.size())));
  }

  void check() const {
    check_types();
    for (const auto& s : all_) {
      SCOPED_TRACE(s.name);
      check_form(s);
      check_public_form(s);
      check_state(s);
    }
  }

private:
  /// `name` is "type.v2" or "type.v2.variant".
  [[nodiscard]] sample sample_of(const std::string& name) const {
    const auto version = name.find(".v");
    const auto file = std::string{kind_.name} + "." + name;
    return {file, event_of(name.substr(0, version), static_cast<uint16_t>(std::stoi(name.substr(version + 2))),
                           read_file(folder_ / (file + ".json")))};
  }

  [[nodiscard]] const event_form* form_of(const sample& s) const {
    const auto name = std::string{kind_.name} + "." + s.event.type;
    const auto it =
      std::find_if(kind_.events.begin(), kind_.events.end(), [&](const auto& form) { return form.name == name; });
    return it == kind_.events.end() ? nullptr : &*it;
  }

  void check_types() const {
    std::set<std::string> there;
    for (const auto& s : all_)
      there.insert(std::string{kind_.name} + "." + s.event.type);
    for (const auto& form : kind_.events)
      EXPECT_TRUE(there.contains(form.name)) << "a sample of the event " << form.name << " is missing";
  }

  /// The sample is of a type and version that the program knows. Written again, a sample of the present version is the
  /// same.
  void check_form(const sample& s) const {
    const auto* form = form_of(s);
    ASSERT_TRUE(form) << "there is no such event";
    ASSERT_LE(s.event.version, form->version);
    const auto applied = kind_.replay({s.event}); // evolve() is total: it takes any event in any state
    ASSERT_TRUE(applied) << runtime::explain(applied.error()).detail;
    if (s.event.version == form->version) {
      EXPECT_EQ(json::parse(form->upcast(s.event)), json::parse(s.event.payload));
    }
  }

  /// What clients get of the sample has the members that the catalog of events describes.
  void check_public_form(const sample& s) const {
    const auto* form = form_of(s);
    if (!form->is_visible)
      return;
    auto components = json::object();
    auto schema = form->schema(components);
    if (schema.contains("$ref"))
      schema =
        components.at(schema["$ref"].get<std::string>().substr(std::string_view{"#/components/schemas/"}.size()));
    const auto shown = json::parse(form->show(s.event));
    for (const auto& [name, value] : shown.items())
      EXPECT_TRUE(schema.at("properties").contains(name)) << name << " is not described";
    for (const auto& name : schema.value("required", json::array()))
      EXPECT_TRUE(shown.contains(name.get<std::string>())) << name << " is absent";
    if (form->shows_stored() && s.event.version == form->version) {
      EXPECT_EQ(shown, json::parse(s.event.payload));
    }
  }

  /// The events before a sample.
  [[nodiscard]] std::vector<runtime::committed_event> earlier(const json& expected) const {
    std::vector<runtime::committed_event> out;
    for (const auto& e : expected.at("after"))
      if (e.is_string())
        out.push_back(sample_of(e.get<std::string>()).event);
      else
        out.push_back(event_of(e.at("type"), e.value("version", uint16_t{1}), e.at("data").dump()));
    return out;
  }

  [[nodiscard]] json state_after(const std::vector<runtime::committed_event>& events) const {
    const auto told = kind_.replay(events);
    EXPECT_TRUE(told) << runtime::explain(told.error()).detail;
    return told ? json::parse(events.empty() ? kind_.empty_state() : told->states.back()) : json{};
  }

  void check_state(const sample& s) const {
    const bool writes = std::getenv("WRITE_STORED_STATES") != nullptr;
    const auto file = folder_ / (s.name + ".state.json");
    auto expected = json::parse(read_file(file), nullptr, false);
    if (writes && expected.is_discarded())
      expected = {{"after", json::array()}};
    ASSERT_TRUE(expected.is_object()) << "it has no expected state; see tests/support/stored_events.hpp";
    auto events = earlier(expected);
    const auto before = state_after(events);
    events.push_back(s.event);
    const auto after = state_after(events);
    EXPECT_NE(after, before) << "it changes nothing: choose an \"after\" that it changes";
    if (writes) {
      expected["state"] = after;
      std::ofstream{file} << expected.dump(2) << '\n';
      ADD_FAILURE() << "the state was written: read it";
    } else {
      EXPECT_EQ(after.dump(2), expected.value("state", json{}).dump(2));
    }
  }

  const entity_kind& kind_;
  std::filesystem::path folder_;
  std::vector<sample> all_;
};

} // namespace ainft::stored_events
