#pragma once

#include "runtime/values.hpp"

/// Texts for people, by the rules of Unicode 15 (ICU 72).
namespace ainft::runtime {

/// The length limits of a text. Grapheme clusters (UAX 29) are what people count as characters.
struct text_rules {
  size_t least; ///< grapheme clusters
  size_t most;  ///< grapheme clusters
  size_t bytes; ///< maximum of UTF-8 bytes
  bool lines;   ///< whether line feeds and tabs are allowed
};

/// Returns `text` in NFC, without white space at its ends, and with line feeds as the only line ends. Refuses with
/// errc::validation_failed a text that is too long, too short or not well-formed UTF-8. Also refuses characters that
/// mislead or are invisible: controls, bidirectional controls, unassigned and private-use characters, and
/// default-ignorable characters. Default-ignorable characters are allowed where a cluster needs them: joiners in emoji
/// and after a virama, ZWNJ in Arabic script, variation selectors, and the flags of England, Scotland and Wales. A
/// cluster has at most 8 combining marks. The function is idempotent: it returns its own results unchanged.
[[nodiscard]] result<std::string> clean_text(std::string_view text, const text_rules& rules);

/// The rules as text for people.
[[nodiscard]] std::string describe(const text_rules& rules);

/// A text that follows these rules. A text stored before the rules existed is accepted unchanged: see `stored`.
template <size_t Least, size_t Most, size_t Bytes, bool Lines>
class human_text : public text_value {
public:
  static constexpr text_rules rules{Least, Most, Bytes, Lines};
  static constexpr text_schema schema{"", "human-readable text", ""};
  static constexpr size_t min_length = Least, max_length = Bytes; ///< bounds of the code points, for JSON Schema
  static std::string rule() { return describe(rules); }

  static result<human_text> parse(std::string_view text) {
    auto clean = clean_text(text, rules);
    if (!clean)
      return std::move(clean.error());
    human_text out;
    out.text_ = std::move(*clean);
    return out;
  }

  /// Reads a text from the journal, a row or another node. The rules of its time accepted it.
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
  static constexpr size_t lenient_bytes = 257; ///< from this size on, check_text() allows line feeds

  std::string text_;
};

/// A name, a title or a label: one line of Least to Most grapheme clusters.
template <size_t Most, size_t Bytes = 4 * Most, size_t Least = 1>
using display_text = human_text<Least, Most, Bytes, false>;

/// A description or a prompt: any number of lines, at most Bytes bytes.
template <size_t Least, size_t Bytes>
using paragraph_text = human_text<Least, Bytes, Bytes, true>;

} // namespace ainft::runtime
