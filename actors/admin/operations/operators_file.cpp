#include "actors/admin/operations/operators_file.hpp"

#include "actors/auth/session/protocol.hpp"
#include "runtime/text.hpp"

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ainft::operations {

namespace {

using runtime::errc;
using runtime::refuse;
using operator_name = runtime::display_text<64>;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct entry {
  size_t line = 0;
  http::console_operator who;
  session::token_hash hash;
};

struct contents {
  std::vector<entry> entries;
  std::string problem; ///< the first one; empty if there is none
};

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in{line};
  for (std::string word; in >> word && word.front() != '#';)
    out.push_back(std::move(word));
  return out;
}

runtime::result<entry> read_entry(std::vector<std::string> words) {
  if (words.size() == 4 && words.back() == "-") // a line from sha256sum ends with "-"
    words.pop_back();
  if (words.size() != 3)
    return refuse(errc::validation_failed, "must have a name, a role and the SHA-256 of a key");
  auto name = operator_name::parse(words[0]);
  if (!name)
    return refuse(errc::validation_failed, "must begin with a name that " + runtime::explain(name.error()).detail);
  if (words[1] != "viewer" && words[1] != "operator")
    return refuse(errc::validation_failed, "must have the role viewer or operator");
  auto hash = session::token_hash::parse(words[2]);
  if (!hash)
    return refuse(errc::validation_failed, "must have the SHA-256 of a key as 64 lowercase hexadecimal digits");
  if (*hash == session::token_hash::of(""))
    return refuse(errc::validation_failed, "must not have the SHA-256 of an empty key");
  return entry{0, {name->str(), words[1] == "operator"}, std::move(*hash)};
}

contents read(const std::string& path) {
  contents out;
  const auto fault = [&out](std::string what) {
    if (out.problem.empty())
      out.problem = std::move(what);
  };
  std::error_code ec;
  std::ifstream in{path};
  if (!std::filesystem::is_regular_file(path, ec) || !in) {
    fault(path + " is not a readable file");
    return out;
  }
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (number == 1 && line.starts_with(byte_order_mark))
      line.erase(0, byte_order_mark.size());
    auto words = words_of(line);
    if (words.empty())
      continue;
    const auto at = "line " + std::to_string(number) + " of " + path + " ";
    auto found = read_entry(std::move(words));
    if (!found) {
      fault(at + runtime::explain(found.error()).detail);
      continue;
    }
    const auto twin =
      std::find_if(out.entries.begin(), out.entries.end(), [&](const entry& e) { return e.hash == found->hash; });
    if (twin != out.entries.end()) {
      fault(at + "must not have the same key as line " + std::to_string(twin->line));
      continue;
    }
    found->line = number;
    out.entries.push_back(std::move(*found));
  }
  return out;
}

} // namespace

void operators_file::check() const {
  if (const auto problem = read(path_).problem; !problem.empty())
    throw std::runtime_error{"cluster.operators-file: " + problem};
}

runtime::result<http::console_operator> operators_file::find(std::string_view key) const {
  auto now = read(path_);
  warn(now.problem);
  const auto digest = session::token_hash::of(key);
  for (auto& e : now.entries)
    if (CRYPTO_memcmp(e.hash.str().data(), digest.str().data(), digest.str().size()) == 0)
      return std::move(e.who);
  return refuse(errc::unauthenticated, "no operator has this key");
}

void operators_file::warn(const std::string& problem) const {
  std::lock_guard guard{mutex_};
  if (!problem.empty() && problem != warned_)
    spdlog::warn("cluster.operators-file: {}; the line is skipped", problem);
  warned_ = problem;
}

} // namespace ainft::operations
