#include "config/rules.hpp"

#include <fstream>

namespace ainft::config::rules {

std::string text_of(std::chrono::nanoseconds t) {
  using std::chrono::nanoseconds;
  constexpr std::pair<nanoseconds, std::string_view> units[] = {{std::chrono::hours{1}, "h"},
                                                                {std::chrono::minutes{1}, "min"},
                                                                {std::chrono::seconds{1}, "s"},
                                                                {std::chrono::milliseconds{1}, "ms"},
                                                                {std::chrono::microseconds{1}, "us"}};
  if (t == nanoseconds{0})
    return "0s";
  for (const auto& [unit, name] : units)
    if (t % unit == nanoseconds{0})
      return std::to_string(t / unit).append(name);
  return std::to_string(t.count()) + "ns";
}

std::string one_of::str() const {
  std::string out;
  for (size_t i = 0; i < allowed.size(); ++i)
    out.append(i == 0 ? "" : i + 1 == allowed.size() ? " or " : ", ").append(allowed[i]);
  return out;
}

bool readable_file::holds(const std::string& x) { return x.empty() || std::ifstream{x}.good(); }

} // namespace ainft::config::rules
