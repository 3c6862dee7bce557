#pragma once

#include "runtime/values.hpp"

/// Texts that people read, by the rules of Unicode 15 (ICU 72).
namespace ainft::runtime {

/// How long a text may be. Grapheme clusters (UAX 29) are what people count as characters.
struct text_rules {
  size_t least; ///< grapheme clusters
  size_t most;  ///< grapheme clusters
  size_t bytes; ///< of UTF-8, at most
  bool lines;   ///< may have line feeds and tabs
};

/// `text` in NFC, without white space at its ends, and with line feeds for other ends of lines. Refuses with errc::validation_failed what
/// is too long or too short, what is not well-formed UTF-8, and characters that mislead or that nobody sees: controls, those that change
/// the direction of writing, unassigned ones and those for private use, and default-ignorable ones, save where a cluster needs them
/// (joiners in emoji and after a virama, ZWNJ in Arabic script, variation selectors, the flags of England, Scotland and Wales). A cluster has at most 8
/// combining marks. What this gives, it gives again for it.
[[nodiscard]] result<std::string> clean_text(std::string_view text, const text_rules& rules);

/// The rules in words.
[[nodiscard]] std::string describe(const text_rules& rules);

/// A text by these rules. One that was stored before there were such rules is read as it is: see `stored`.
template <size_t Least, size_t Most, size_t Bytes, bool Lines>
class human_text : public text_value {
public:
  static constexpr text_rules rules{Least, Most, Bytes, Lines};
  static constexpr text_schema schema{"", "a text that people read", ""};
  static constexpr size_t min_length = Least, max_length = Bytes; ///< bounds of its code points, for JSON Schema
  static std::string rule() { return describe(rules); }

  static result<human_text> parse(std::string_view text) {
    auto clean = clean_text(text, rules);
    if (!clean)
      return std::move(clean.error());
    human_text out;
    out.text_ = std::move(*clean);
    return out;
  }

  /// One from the journal, a row or another node, which was accepted by the rules of its time.
  static result<human_text> stored(std::string_view text) {
    if (auto bad = check_text(text, 0, Bytes > lenient_bytes ? Bytes : lenient_bytes))
      return bad;
    human_text out;
    out.text_ = text;
    return out;
  }

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const human_text&, const human_text&) = default;

private:
  static constexpr size_t lenient_bytes = 257; ///< from which on check_text takes line feeds, too

  std::string text_;
};

/// A name, a title, a label: one line of 1 to Most grapheme clusters.
template <size_t Most, size_t Bytes = 4 * Most, size_t Least = 1>
using display_text = human_text<Least, Most, Bytes, false>;

/// A description, a prompt: any number of lines, of at most Bytes bytes.
template <size_t Least, size_t Bytes>
using paragraph_text = human_text<Least, Bytes, Bytes, true>;

} // namespace ainft::runtime
