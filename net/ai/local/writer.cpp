#include "net/ai/local/writer.hpp"

#include "net/ai/local/art.hpp"
#include "net/ai/local/random.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace ainft::ai::local {

namespace {

constexpr std::array<std::string_view, 68> small_words{
  "a",    "an",     "the",    "of",    "in",    "on",       "at",          "by",    "with",  "and", "or",     "to",
  "for",  "from",   "into",   "over",  "under", "is",       "are",         "be",    "it",    "its", "as",     "this",
  "that", "these",  "those",  "my",    "our",   "your",     "his",         "her",   "their", "me",  "we",     "you",
  "i",    "make",   "create", "draw",  "paint", "generate", "picture",     "image", "art",   "nft", "please", "some",
  "very", "style",  "write",  "text",  "about", "name",     "description", "give",  "show",  "one", "like",   "through",
  "near", "beside", "while",  "where", "when",  "than",     "too",         "so"};

/// The subjects of a prompt: its words without function words and duplicates.
std::vector<std::string> subjects_of(std::string_view prompt) {
  std::vector<std::string> out;
  for (auto& w : words_of(prompt))
    if (w.size() > 1 && std::find(small_words.begin(), small_words.end(), w) == small_words.end()
        && std::find(out.begin(), out.end(), w) == out.end())
      out.push_back(std::move(w));
  return out;
}

std::string capital(std::string word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z')
    word[0] = static_cast<char>(word[0] - 32);
  return word;
}

template <size_t N>
std::string_view any(const std::array<std::string_view, N>& of, randomness& r) {
  return of[r.below(N)];
}

constexpr std::array<std::string_view, 10> moods{"quiet",    "restless", "tender", "solemn",    "playful",
                                                 "luminous", "wistful",  "bold",   "dreamlike", "patient"};
constexpr std::array<std::string_view, 8> lights{"first light", "late gold",  "silver dusk", "deep night",
                                                 "noon glare",  "after rain", "candle glow", "northern light"};
constexpr std::array<std::string_view, 6> rhythms{"slow", "flowing", "broken", "steady", "swelling", "spiral"};

constexpr std::array<std::string_view, 8> openings{"Here {s} is given room to breathe, and {t} answers it.",
                                                   "It begins with {s}, and everything else follows.",
                                                   "Nobody had asked {s} to stay, yet it did, and so did {t}.",
                                                   "There is {a} hour in which {s} and {t} are the same thing.",
                                                   "Look long enough and {s} turns into {t}.",
                                                   "What {s} leaves unsaid, {t} says twice.",
                                                   "Between {s} and {t} lies a whole afternoon.",
                                                   "{S} keeps its own time here."};
constexpr std::array<std::string_view, 8> middles{
  "The colours were chosen for {l}, when edges soften and distances lie.",
  "Each line was drawn once and left as it fell.",
  "The mood is {m}; the movement, {r}.",
  "In {l} the far becomes near, and {t} seems to lean closer.",
  "It is {a} piece: it asks for nothing and gives something back each time.",
  "Nothing repeats in it, though the eye believes that it does.",
  "Its rhythm is {r}, like breath that one only notices when it stops.",
  "One could live in it for a while, with {t} at the window."};
constexpr std::array<std::string_view, 6> endings{
  "Then {s} closes behind you like a door.", "What remains is {s}, and the wish to see it again.",
  "It ends where it began, only {m}.",       "Keep it where {l} can find it.",
  "The rest belongs to whoever looks.",      "And {t}, as always, has the last word."};

/// The values for the placeholders in a sentence.
struct gaps {
  std::string subject, other, mood, light, rhythm;
};

std::string fill(std::string_view sentence, const gaps& g) {
  std::string out;
  for (size_t i = 0; i < sentence.size(); ++i) {
    if (sentence[i] != '{') {
      out += sentence[i];
      continue;
    }
    const char gap = sentence[i + 1];
    i += 2;
    switch (gap) {
    case 's': out += "the " + g.subject; break;
    case 'S': out += "The " + g.subject; break;
    case 't': out += "the " + g.other; break;
    case 'm': out += g.mood; break;
    case 'a': out += (g.mood.find_first_of("aeiou") == 0 ? "an " : "a ") + g.mood; break;
    case 'l': out += g.light; break;
    default: out += g.rhythm;
    }
  }
  return out;
}

gaps choose(std::string_view prompt, randomness& r) {
  auto subjects = subjects_of(prompt);
  if (subjects.empty())
    subjects.emplace_back("silence");
  const auto first = r.below(static_cast<uint32_t>(subjects.size()));
  const auto other = subjects.size() == 1
                       ? std::string{"silence"}
                       : subjects[(first + 1 + r.below(static_cast<uint32_t>(subjects.size() - 1))) % subjects.size()];
  return {subjects[first], other, std::string{any(moods, r)}, std::string{any(lights, r)},
          std::string{any(rhythms, r)}};
}

std::string write(const gaps& g, randomness& r, size_t middle_count) {
  std::string out = fill(any(openings, r), g);
  std::vector<std::string_view> left(middles.begin(), middles.end());
  for (size_t i = 0; i < middle_count; ++i) {
    const auto at = r.below(static_cast<uint32_t>(left.size()));
    out += " " + fill(left[at], g);
    left.erase(left.begin() + at);
  }
  return out + " " + fill(any(endings, r), g);
}

randomness chance_of(std::string_view prompt, uint64_t seed) {
  return randomness{hash_of(prompt) ^ (seed * 0x9E3779B97F4A7C15)};
}

constexpr size_t longest_name = 32;

std::string name_of(const gaps& g, randomness& r) {
  const std::array<std::string, 5> forms{
    capital(g.mood) + " " + capital(g.subject), capital(g.subject) + " & " + capital(g.other),
    capital(g.subject) + ", " + capital(g.light), "The " + capital(g.mood) + " " + capital(g.other),
    capital(g.rhythm) + " " + capital(g.subject)};
  auto out = forms[r.below(forms.size())];
  if (out.size() > longest_name)
    out = capital(g.subject);
  if (out.size() > longest_name)
    out.resize(longest_name);
  return out;
}

} // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text)
    if (c >= 'a' && c <= 'z')
      out.back() += c;
    else if (c >= 'A' && c <= 'Z')
      out.back() += static_cast<char>(c + 32);
    else if (!out.back().empty())
      out.emplace_back();
  if (out.back().empty())
    out.pop_back();
  return out;
}

std::string write_text(std::string_view prompt, uint64_t seed) {
  auto r = chance_of(prompt, seed);
  const auto g = choose(prompt, r);
  return write(g, r, 2 + r.below(2));
}

std::string write_metadata(std::string_view prompt, uint64_t seed) {
  auto r = chance_of(prompt, seed);
  const auto g = choose(prompt, r);
  nlohmann::ordered_json out;
  out["name"] = name_of(g, r);
  out["description"] = write(g, r, 1);
  auto& traits = out["attributes"] = nlohmann::ordered_json::array();
  const auto add = [&traits](const char* type, std::string value) {
    traits.push_back({{"traitType", type}, {"value", std::move(value)}});
  };
  add("Subject", capital(g.subject));
  add("Mood", capital(g.mood));
  add("Light", capital(g.light));
  add("Rhythm", capital(g.rhythm));
  add("Family", capital(std::string{runtime::name_of(family_of(prompt))}));
  return out.dump();
}

} // namespace ainft::ai::local
