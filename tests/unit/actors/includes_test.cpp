// A capability may include only protocol.hpp and api.hpp of another one, and the dependencies have no cycle.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace {

using includes =
  std::map<std::string, std::set<std::string>>; ///< for each file in actors/, the included files of actors/

includes read_includes() {
  static const std::regex line{R"(^#include "(actors/[^"]+)\")"};
  const std::filesystem::path root = TESTS_FOLDER "/..";
  includes out;
  for (const auto& file : std::filesystem::recursive_directory_iterator{root / "actors"}) {
    if (!file.is_regular_file())
      continue;
    auto& found = out[std::filesystem::relative(file.path(), root).string()];
    std::ifstream in{file.path()};
    std::smatch m;
    for (std::string text; std::getline(in, text);)
      if (std::regex_search(text, m, line))
        found.insert(m[1]);
  }
  return out;
}

/// "actors/market/listing" for a file in that folder. Empty for a file directly in actors/ or in a group of
/// capabilities ("actors/market/…"), which every capability may include.
std::string capability_of(const std::string& file) {
  const auto folder = std::filesystem::path{file}.parent_path();
  for (const auto* own : {"actors/realtime", "actors/platform"})
    if (folder == own)
      return own;
  return std::distance(folder.begin(), folder.end()) > 2 ? folder.string() : "";
}

bool is_open_to_others(const std::string& file) {
  const auto name = std::filesystem::path{file}.filename();
  return name == "protocol.hpp" || name == "api.hpp";
}

using needs =
  std::map<std::string, std::set<std::string>>; ///< for each capability, the others from which it includes a file

needs needs_of(const includes& all) {
  needs out;
  for (const auto& [file, included] : all)
    for (const auto& other : included)
      if (const auto from = capability_of(file), to = capability_of(other); !from.empty() && !to.empty() && from != to)
        out[from].insert(to);
  return out;
}

/// A cycle of dependencies, such as "a -> b -> a"; empty if there is none.
std::string find_cycle(const needs& all, std::vector<std::string> path) {
  const auto it = all.find(path.back());
  if (it == all.end())
    return {};
  for (const auto& next : it->second) {
    auto longer = path;
    longer.push_back(next);
    if (const auto begin = std::find(path.begin(), path.end(), next); begin != path.end()) {
      std::string out;
      for (auto at = longer.begin() + (begin - path.begin()); at != longer.end(); ++at)
        out += (out.empty() ? "" : " -> ") + *at;
      return out;
    }
    if (auto found = find_cycle(all, std::move(longer)); !found.empty())
      return found;
  }
  return {};
}

std::string find_cycle(const needs& all) {
  for (const auto& [capability, others] : all)
    if (auto found = find_cycle(all, {capability}); !found.empty())
      return found;
  return {};
}

} // namespace

TEST(includes, of_another_capability_are_its_protocol_or_its_api) {
  const auto all = read_includes();
  ASSERT_GT(all.size(), 100u);
  for (const auto& [file, included] : all)
    for (const auto& other : included) {
      const auto from = capability_of(file), to = capability_of(other);
      if (!from.empty() && !to.empty() && from != to) {
        EXPECT_TRUE(is_open_to_others(other)) << file << " includes " << other;
      }
    }
}

TEST(includes, make_no_cycle_of_capabilities) {
  const auto all = needs_of(read_includes());
  EXPECT_THAT(all, testing::Contains(testing::Key("actors/market/listing")));
  EXPECT_EQ(find_cycle(all), "");
}

TEST(includes, that_make_a_cycle_are_found) {
  EXPECT_EQ(find_cycle({{"a", {"b"}}, {"b", {"c", "d"}}, {"d", {"b"}}}), "b -> d -> b");
  EXPECT_EQ(find_cycle({{"a", {"b", "c"}}, {"b", {"c"}}}), "");
}
