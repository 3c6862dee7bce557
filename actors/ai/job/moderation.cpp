#include "actors/ai/job/moderation.hpp"

namespace ainft::ai_job {

namespace {

/// Normalizes a text for the search: lower-case ASCII, and one space before and after each word. Bytes beyond ASCII
/// count as letters.
std::string folded(std::string_view text) {
  std::string out{' '};
  for (const unsigned char c : text)
    if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += static_cast<char>(c);
    else if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c + 32);
    else if (out.back() != ' ')
      out += ' ';
  if (out.back() != ' ')
    out += ' ';
  return out;
}

} // namespace

moderation::moderation(const std::vector<std::string>& denied) {
  for (const auto& d : denied)
    if (auto f = folded(d); f.size() > 1)
      denied_.push_back(std::move(f));
}

caf::error moderation::check(std::string_view text, std::string_view pointer) const {
  const auto words = folded(text);
  for (const auto& d : denied_)
    if (words.find(d) != words.npos)
      return runtime::refuse_field(std::string{pointer}, "must not contain \"" + d.substr(1, d.size() - 2)
                                                           + "\", which this platform forbids");
  return {};
}

} // namespace ainft::ai_job
