#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Suggestions for misspelled names. This header stands alone, because the console includes it, too.
namespace ainft::config {

/// The number of characters to insert, remove or change to make `b` of `a` (Levenshtein).
[[nodiscard]] inline size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const auto changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

/// The known name that is most similar to `name`; empty if none is similar.
[[nodiscard]] inline std::string near_name(const std::vector<std::string>& known, std::string_view name) {
  std::string best;
  size_t least = 4;
  for (const auto& k : known)
    if (const auto d = distance(k, name); d < least) {
      least = d;
      best = k;
    }
  return best;
}

/// Returns " (did you mean http.port?)" for a similar known name, or an empty string.
[[nodiscard]] inline std::string did_you_mean(const std::vector<std::string>& known, std::string_view name) {
  const auto best = near_name(known, name);
  return best.empty() ? "" : " (did you mean " + best + "?)";
}

} // namespace ainft::config
