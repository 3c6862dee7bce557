#include "net/ai/remote/openai.hpp"

#include "runtime/codec/json_reader.hpp"
#include "runtime/try.hpp"

namespace ainft::ai::remote {

using runtime::errc;
using runtime::refuse;
using runtime::result;

namespace {

constexpr size_t longest_text = 64 * 1024;

/// Adds the negative prompt to the prompt, because the API has no field for it.
std::string prompt_of(const request& what) {
  return what.negative_prompt.empty() ? what.prompt : what.prompt + "\n\nMust not be in it: " + what.negative_prompt;
}

/// Converts a conversation to the API's messages.
json messages_of(const conversation& talk) {
  json out = json::array({{{"role", "system"}, {"content", talk.instructions}}});
  for (const auto& m : talk.messages) {
    auto& one = out.emplace_back(json{{"role", runtime::name_of(m.from)}, {"content", m.text.str()}});
    for (const auto& c : m.calls)
      one["tool_calls"].push_back({{"id", c.id.str()},
                                   {"type", "function"},
                                   {"function", {{"name", c.name.str()}, {"arguments", c.arguments.str()}}}});
    if (m.from == role::tool)
      one["tool_call_id"] = m.answers;
  }
  return out;
}

json functions_of(const std::vector<tool>& tools) {
  json out = json::array();
  for (const auto& t : tools)
    out.push_back(
      {{"type", "function"},
       {"function", {{"name", t.name}, {"description", t.description}, {"parameters", json::parse(t.parameters)}}}});
  return out;
}

/// Replaces control characters with spaces, except line feeds and tabs. A spoken_text does not allow them.
std::string plain(std::string text) {
  std::replace_if(
    text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F; }, ' ');
  return text;
}

/// Converts a completion's message to the JSON of a plan. Nothing if its form is unknown.
std::optional<std::string> plan_from(const json& message) {
  if (!message.is_object())
    return std::nullopt;
  json out{{"text", plain(text_of(message, "content"))}, {"calls", json::array()}};
  if (const auto calls = message.find("tool_calls"); calls != message.end() && calls->is_array())
    for (const auto& c : *calls) {
      static const json::json_pointer name{"/function/name"}, arguments{"/function/arguments"};
      out["calls"].push_back(
        {{"id", text_of(c, "id")}, {"name", text_at(c, name)}, {"arguments", plain(text_at(c, arguments))}});
    }
  const auto read = runtime::from_json<plan>(out);
  if (!read || read->calls.size() > most_calls)
    return std::nullopt;
  return runtime::to_json(*read);
}

std::string size_of(const request& what) { return std::to_string(what.width) + "x" + std::to_string(what.height); }

} // namespace

caf::error openai::check(work what, std::string_view) const {
  if (what == work::upscale)
    return refuse_work(name(), what);
  return {};
}

task<std::string> openai::moderate(std::string text) {
  const request none;
  const auto watch = std::make_shared<making>();
  auto r = post("/moderations", {{"model", "omni-moderation-latest"}, {"input", std::move(text)}}, none, watch);
  AINFT_CO_TRY(answer, co_await send_json(std::move(r)));
  static const json::json_pointer flagged{"/results/0/flagged"}, categories{"/results/0/categories"};
  if (!answer.contains(flagged) || !answer.at(flagged).is_boolean())
    co_return strange_answer();
  std::string found;
  if (answer.at(flagged).get<bool>()) {
    if (answer.contains(categories) && answer.at(categories).is_object())
      for (const auto& [name, is_there] : answer.at(categories).items())
        if (is_there == true)
          found += (found.empty() ? "" : ", ") + name;
    if (found.empty())
      found = "unspecified categories";
  }
  co_return found;
}

task<product> openai::produce(request what, watch_ptr watch) {
  if (what.what == work::image)
    co_return co_await draw(std::move(what), watch);
  if (what.what == work::variation)
    co_return co_await vary(std::move(what), watch);
  if (what.what == work::fine_tune)
    co_return co_await train(std::move(what), watch);
  if (what.what == work::plan)
    co_return co_await plan_next(std::move(what), watch);
  co_return co_await write(std::move(what), watch);
}

task<product> openai::draw(request what, watch_ptr watch) {
  const auto model = model_of(what);
  json body{{"model", model}, {"prompt", prompt_of(what)}, {"n", 1}, {"size", size_of(what)}};
  if (!model.starts_with("gpt-image")) // gpt-image models always return base 64 and refuse this field
    body["response_format"] = "b64_json";
  auto r = post("/images/generations", body, what, watch);
  AINFT_CO_TRY(answer, co_await send_json(std::move(r)));
  co_return co_await picture_of(std::move(answer), watch);
}

task<product> openai::vary(request what, watch_ptr watch) {
  auto r = to("POST", "/images/edits", what, watch);
  r.form.push_back({"model", model_of(what), "", ""});
  r.form.push_back({"prompt", prompt_of(what), "", ""});
  r.form.push_back({"size", size_of(what), "", ""});
  r.form.push_back({"image", std::move(what.source), "source.png", "image/png"});
  AINFT_CO_TRY(answer, co_await send_json(std::move(r)));
  co_return co_await picture_of(std::move(answer), watch);
}

task<product> openai::picture_of(json answer, watch_ptr watch) {
  static const json::json_pointer first{"/data/0"};
  const auto picture = answer.contains(first) ? answer.at(first) : json::object();
  product out;
  if (const auto inside = text_of(picture, "b64_json"), url = text_of(picture, "url"); !inside.empty()) {
    AINFT_CO_TRY(bytes, picture_from_base64(inside));
    out.file = std::move(bytes);
  } else if (!url.empty()) {
    AINFT_CO_TRY(bytes, co_await fetch(url, watch));
    out.file = std::move(bytes);
  } else {
    co_return strange_answer();
  }
  static const json::json_pointer in{"/usage/input_tokens"}, made{"/usage/output_tokens"};
  out.used = {count_at(answer, in), count_at(answer, made)};
  co_return out;
}

task<product> openai::write(request what, watch_ptr watch) {
  json messages = json::array();
  if (what.what == work::metadata)
    messages.push_back({{"role", "system"}, {"content", metadata_instructions}});
  messages.push_back({{"role", "user"}, {"content", prompt_of(what)}});
  json body{{"model", model_of(what)},
            {"messages", messages},
            {"stream", true},
            {"stream_options", {{"include_usage", true}}},
            {"seed", what.seed}};
  if (what.max_tokens)
    body["max_tokens"] = *what.max_tokens;
  if (what.temperature)
    body["temperature"] = *what.temperature;
  if (what.what == work::metadata)
    body["response_format"] = {{"type", "json_object"}};
  auto r = post("/chat/completions", body, what, watch);
  const auto text = std::make_shared<completion_stream>(watch);
  r.on_data = [text](std::string_view bytes) { text->take(bytes); };
  // No retry: the reader may already have seen a part of the text.
  AINFT_CO_TRY(got, co_await send(std::move(r), false));
  auto out = text->finish();
  if (!out || what.what != work::metadata)
    co_return out;
  AINFT_CO_TRY(metadata, metadata_from(out->text));
  out->text = std::move(metadata);
  co_return out;
}

task<product> openai::plan_next(request what, watch_ptr watch) {
  json body{{"model", model_of(what)},
            {"messages", messages_of(what.talk)},
            {"tools", functions_of(what.talk.tools)},
            {"seed", what.seed}};
  if (what.max_tokens)
    body["max_tokens"] = *what.max_tokens;
  auto r = post("/chat/completions", body, what, watch);
  AINFT_CO_TRY(answer, co_await send_json(std::move(r)));
  static const json::json_pointer message{"/choices/0/message"}, in{"/usage/prompt_tokens"},
    made{"/usage/completion_tokens"};
  auto next = answer.contains(message) ? plan_from(answer.at(message)) : std::nullopt;
  if (!next)
    co_return strange_answer();
  product out{{}, std::move(*next), {count_at(answer, in), count_at(answer, made)}};
  co_return out;
}

void completion_stream::take(std::string_view bytes) {
  for (;;) {
    const auto end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (end == bytes.npos)
      return;
    bytes.remove_prefix(end + 1);
    if (line_.ends_with('\r'))
      line_.pop_back();
    take_line(line_);
    line_.clear();
  }
}

void completion_stream::take_line(std::string_view line) {
  constexpr std::string_view data = "data:";
  if (!line.starts_with(data) || done_) // a comment, another field, or the empty line between events
    return;
  line.remove_prefix(data.size());
  if (line.starts_with(' '))
    line.remove_prefix(1);
  if (line == "[DONE]") {
    done_ = true;
    return;
  }
  const auto parsed = runtime::parse_json(line);
  static const json::json_pointer content{"/choices/0/delta/content"}, in{"/usage/prompt_tokens"},
    made{"/usage/completion_tokens"};
  if (!parsed || !parsed->is_object() || parsed->contains("error")) {
    strange_ = true;
    return;
  }
  const auto& chunk = *parsed;
  if (const auto more = text_at(chunk, content); !more.empty()) {
    too_long_ = too_long_ || out_.text.size() + more.size() > longest_text;
    if (!too_long_) {
      out_.text += more;
      watch_->add_text(more);
    }
  }
  // Some servers send the counts once at the end, others send the current counts with every chunk.
  if (const auto n = count_at(chunk, in); n > 0)
    out_.used.input_tokens = n;
  if (const auto n = count_at(chunk, made); n > 0)
    out_.used.output_tokens = n;
}

result<product> completion_stream::finish() const {
  if (too_long_)
    return refuse(errc::payload_too_large, "the text is longer than 64 KiB");
  if (strange_)
    return refuse(errc::unavailable, "the model's response has an unknown format");
  if (!done_ || out_.text.empty())
    return refuse(errc::unavailable, "the model's response is incomplete");
  return out_;
}

} // namespace ainft::ai::remote
