#include "runtime/codec/json_reader.hpp"

#include <set>

namespace ainft::runtime {

namespace {

constexpr size_t max_depth = 64;

/// Thrown in the parser's callback to stop the parser.
struct not_accepted {
  std::string why;
};

/// The parser's callback. Tracks the position in the document and stops the parser at input that is not accepted.
class parse_watch {
public:
  using event = nlohmann::json::parse_event_t;

  bool operator()(int, event what, const nlohmann::json& parsed) {
    switch (what) {
    case event::object_start:
    case event::array_start:
      if (open_.size() == max_depth)
        throw not_accepted{"the JSON has a nesting depth of more than " + std::to_string(max_depth) + " levels"};
      open_.emplace_back();
      break;
    case event::key: enter(parsed.get_ref<const std::string&>()); break;
    case event::object_end:
    case event::array_end: open_.pop_back(); [[fallthrough]];
    case event::value:
      if (!open_.empty())
        ++open_.back().index;
    }
    return true;
  }

  /// The JSON Pointer of the value that the parser reads next.
  [[nodiscard]] std::string pointer() const {
    std::string out;
    for (const auto& level : open_)
      append_pointer(out, level.key ? *level.key : std::to_string(level.index));
    return out;
  }

private:
  struct level {
    std::set<std::string> names;      ///< names of the object's members so far
    const std::string* key = nullptr; ///< the current member of an object; null in an array
    size_t index = 0;                 ///< the current index in an array
  };

  void enter(const std::string& name) {
    const auto [at, fresh] = open_.back().names.insert(name);
    if (!fresh)
      throw not_accepted{"the JSON has the member \"" + std::string{cut_utf8(name, 100)} + "\" twice"};
    open_.back().key = &*at;
  }

  std::vector<level> open_;
};

} // namespace

result<nlohmann::json> parse_json(std::string_view bytes) {
  parse_watch watch;
  try {
    return nlohmann::json::parse(bytes, [&watch](int depth, parse_watch::event what, nlohmann::json& parsed) {
      return watch(depth, what, parsed);
    });
  } catch (const not_accepted& e) {
    return refuse(errc::malformed_request, e.why);
  } catch (const nlohmann::json::parse_error& e) {
    return refuse(errc::malformed_request, "the JSON is malformed at byte " + std::to_string(e.byte));
  } catch (const nlohmann::json::out_of_range&) {
    return refuse_field(watch.pointer(), "must be within the range of a 64-bit floating-point number");
  } catch (const nlohmann::json::exception& e) {
    return refuse(errc::malformed_request, "cannot parse the JSON (error " + std::to_string(e.id) + ")");
  }
}

} // namespace ainft::runtime
