#include "runtime/text.hpp"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

namespace ainft::runtime {

namespace {

using points = std::vector<UChar32>;

constexpr UChar32 zwnj = 0x200C, zwj = 0x200D, text_style = 0xFE0E, emoji_style = 0xFE0F, black_flag = 0x1F3F4,
                  cancel_tag = 0xE007F;
constexpr size_t most_marks = 8; ///< in one grapheme cluster; Tibetan needs more than Hebrew with its accents

caf::error broken(std::string rule) { return refuse(errc::validation_failed, std::move(rule)); }

std::string name_of_point(UChar32 c) {
  char out[12];
  std::snprintf(out, sizeof out, "U+%04X", static_cast<unsigned>(c));
  return out;
}

bool has(UChar32 c, UProperty p) { return u_hasBinaryProperty(c, p); }
bool is_mark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }
bool is_virama(UChar32 c) { return u_getCombiningClass(c) == 9; }
UJoiningType joining(UChar32 c) { return static_cast<UJoiningType>(u_getIntPropertyValue(c, UCHAR_JOINING_TYPE)); }

/// Whether the text is printable ASCII without spaces at its ends. Most texts are, and need no cleaning.
bool is_plain(std::string_view text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' '
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// Replaces CR LF and CR with line feeds.
std::u16string with_line_feeds(const std::u16string& text) {
  std::u16string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] != u'\r')
      out += text[i];
    else if (i + 1 == text.size() || text[i + 1] != u'\n')
      out += u'\n';
  return out;
}

/// Converts well-formed UTF-8 to UTF-16, with line feeds for CR LF and CR.
result<std::u16string> to_utf16(std::string_view text) {
  std::u16string out(text.size(), u'\0');
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(out.data(), static_cast<int32_t>(out.size()), &size, text.data(), static_cast<int32_t>(text.size()),
                &status);
  if (U_FAILURE(status))
    return broken("must be well-formed UTF-8");
  out.resize(static_cast<size_t>(size));
  return with_line_feeds(out);
}

result<std::u16string> to_nfc(const std::u16string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* form = unorm2_getNFCInstance(&status);
  std::u16string out(text.size() * 3 + 16, u'\0'); // the maximum growth by NFC (UAX 15, section 15)
  const auto size = unorm2_normalize(form, text.data(), static_cast<int32_t>(text.size()), out.data(),
                                     static_cast<int32_t>(out.size()), &status);
  if (U_FAILURE(status))
    return broken("must be text that Unicode NFC can normalize");
  out.resize(static_cast<size_t>(size));
  return out;
}

points points_of(const std::u16string& text) {
  points out;
  for (size_t i = 0; i < text.size();) {
    UChar32 c = 0;
    U16_NEXT(text.data(), i, text.size(), c);
    out.push_back(c);
  }
  return out;
}

std::u16string trimmed(const std::u16string& text) {
  // All white space is in the basic multilingual plane.
  const auto white = [](char16_t c) { return u_isUWhiteSpace(c) != 0; };
  const auto begin = std::find_if_not(text.begin(), text.end(), white);
  const auto end = std::find_if_not(text.rbegin(), std::make_reverse_iterator(begin), white).base();
  return {begin, end};
}

/// Whether the joiner connects two pictographs of an emoji sequence (UAX 29, rule GB11).
bool joins_emoji(const points& all, size_t at) {
  if (at + 1 >= all.size() || !has(all[at + 1], UCHAR_EXTENDED_PICTOGRAPHIC))
    return false;
  auto before = at;
  while (before > 0 && (all[before - 1] == emoji_style || has(all[before - 1], UCHAR_EMOJI_MODIFIER)))
    --before;
  return before > 0 && has(all[before - 1], UCHAR_EXTENDED_PICTOGRAPHIC);
}

/// Whether the non-joiner stands between letters that would join without it (RFC 5892, appendix A.1).
bool parts_joined_letters(const points& all, size_t at) {
  auto before = at, after = at + 1;
  while (before > 0 && joining(all[before - 1]) == U_JT_TRANSPARENT)
    --before;
  while (after < all.size() && joining(all[after]) == U_JT_TRANSPARENT)
    ++after;
  if (before == 0 || after == all.size())
    return false;
  const auto left = joining(all[before - 1]), right = joining(all[after]);
  return (left == U_JT_LEFT_JOINING || left == U_JT_DUAL_JOINING)
         && (right == U_JT_RIGHT_JOINING || right == U_JT_DUAL_JOINING);
}

/// The number of tags after a black flag that form one of the three flags with tags (UTS 51, annex B); else 0. Includes
/// the cancel tag.
size_t flag_tags(const points& all, size_t at) {
  if (at == 0 || all[at - 1] != black_flag)
    return 0;
  for (const std::string_view region : {"gbeng", "gbsct", "gbwls"}) {
    size_t n = 0;
    while (n < region.size() && at + n < all.size() && all[at + n] == 0xE0000 + region[n])
      ++n;
    if (n == region.size() && at + n < all.size() && all[at + n] == cancel_tag)
      return n + 1;
  }
  return 0;
}

/// Whether an invisible character is needed at this place.
bool is_needed(const points& all, size_t at) {
  const auto c = all[at];
  const auto before = at > 0 ? all[at - 1] : UChar32{0};
  if (c == zwj)
    return is_virama(before) || joins_emoji(all, at);
  if (c == zwnj)
    return is_virama(before) || parts_joined_letters(all, at);
  if (c == text_style || c == emoji_style)
    return has(before, UCHAR_EMOJI);
  const bool of_ideographs = (c >= 0xFE00 && c <= 0xFE02) || (c >= 0xE0100 && c <= 0xE01EF);
  return of_ideographs && has(before, UCHAR_UNIFIED_IDEOGRAPH);
}

/// Why a character is never allowed; empty if it is allowed.
std::string_view never(UChar32 c, bool lines) {
  const auto mask = U_GET_GC_MASK(c);
  if ((mask & U_GC_CC_MASK) != 0 && !(lines && (c == '\n' || c == '\t')))
    return "the control character";
  if ((mask & (U_GC_ZL_MASK | U_GC_ZP_MASK)) != 0)
    return "the separator";
  if (has(c, UCHAR_BIDI_CONTROL))
    return "the bidirectional control";
  if ((mask & (U_GC_CN_MASK | U_GC_CO_MASK | U_GC_CS_MASK)) != 0)
    return "the unassigned or private character";
  // Characters that look blank but are neither white space nor ignorable, and annotation characters.
  if (c == 0x2800 || c == 0x1D159
      || ((mask & U_GC_CF_MASK) != 0 && !has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
          && !has(c, UCHAR_PREPENDED_CONCATENATION_MARK)))
    return "the invisible character";
  if (c == 0xFFFC || c == 0xFFFD) // they replace content that was lost before
    return "the replacement character";
  return {};
}

caf::error check_points(const points& all, bool lines) {
  size_t marks = 0;
  for (size_t at = 0; at < all.size(); ++at) {
    const auto c = all[at];
    if (const auto why = never(c, lines); !why.empty())
      return broken("must not have " + std::string{why} + " " + name_of_point(c));
    if (const auto tags = flag_tags(all, at)) {
      at += tags - 1;
      continue;
    }
    if (has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !is_needed(all, at))
      return broken("must not have the invisible character " + name_of_point(c)
                    + (c == zwj || c == zwnj ? " there" : ""));
    marks = is_mark(c) ? marks + 1 : 0;
    if (marks > most_marks)
      return broken("must not have more than " + std::to_string(most_marks) + " combining marks in a row");
    if (marks > 0 && (at == 0 || all[at - 1] == '\n' || all[at - 1] == '\t'))
      return broken("must not have the combining mark " + name_of_point(c) + " without a character before it");
  }
  return {};
}

size_t count_clusters(const std::u16string& text) {
  struct closer {
    void operator()(UBreakIterator* it) const { ubrk_close(it); }
  };
  thread_local std::unique_ptr<UBreakIterator, closer> breaks;
  UErrorCode status = U_ZERO_ERROR;
  if (!breaks)
    breaks.reset(ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &status));
  ubrk_setText(breaks.get(), text.data(), static_cast<int32_t>(text.size()), &status);
  if (U_FAILURE(status))
    throw std::runtime_error{std::string{"ICU cannot find grapheme clusters: "} + u_errorName(status)};
  size_t out = 0;
  while (ubrk_next(breaks.get()) != UBRK_DONE)
    ++out;
  return out;
}

std::string to_utf8(const std::u16string& text) {
  std::string out(text.size() * 3, '\0');
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &size, text.data(), static_cast<int32_t>(text.size()),
              &status);
  out.resize(static_cast<size_t>(size));
  return out;
}

caf::error check_length(size_t clusters, size_t bytes, const text_rules& rules) {
  if (clusters == 0 && rules.least > 0)
    return broken("must not be empty or blank");
  if (clusters < rules.least || clusters > rules.most || bytes > rules.bytes)
    return broken("must have " + std::to_string(rules.least) + " to " + std::to_string(rules.most)
                  + " characters and at most " + std::to_string(rules.bytes) + " bytes of UTF-8");
  return {};
}

} // namespace

result<std::string> clean_text(std::string_view text, const text_rules& rules) {
  if (is_plain(text)) {
    if (auto bad = check_length(text.size(), text.size(), rules))
      return bad;
    return std::string{text};
  }
  if (text.size() > 4 * rules.bytes) // refuse before any work: NFC does not shorten a text by this factor
    return check_length(rules.most + 1, text.size(), rules);
  auto wide = to_utf16(text);
  if (wide)
    wide = to_nfc(*wide);
  if (!wide)
    return std::move(wide.error());
  const auto clean = trimmed(*wide);
  if (auto bad = check_points(points_of(clean), rules.lines))
    return bad;
  auto out = to_utf8(clean);
  if (auto bad = check_length(count_clusters(clean), out.size(), rules))
    return bad;
  return out;
}

std::string describe(const text_rules& rules) {
  return std::to_string(rules.least) + " to " + std::to_string(rules.most) + " characters (grapheme clusters)"
         + (rules.lines ? "" : " on one line") + " and at most " + std::to_string(rules.bytes)
         + " bytes of UTF-8; stored in NFC, without leading and trailing white space; no control, bidirectional "
           "control, "
           "invisible, replacement, unassigned or private-use characters, and at "
           "most "
         + std::to_string(most_marks) + " combining marks in a row";
}

} // namespace ainft::runtime
