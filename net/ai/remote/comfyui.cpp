#include "net/ai/remote/comfyui.hpp"

#include "net/percent_encoding.hpp"
#include "runtime/try.hpp"

namespace ainft::ai::remote {

using runtime::errc;
using runtime::refuse;

namespace {

json node(const char* type, json inputs) { return {{"class_type", type}, {"inputs", std::move(inputs)}}; }

/// Refers to an output of another node.
json from(const char* id, int output) { return json::array({id, output}); }

/// The default workflow from a prompt to a picture. With `source`, the name of an uploaded picture, it starts from that
/// picture.
json workflow_of(const request& what, const std::string& model, const std::string& source) {
  json graph;
  graph["model"] = node("CheckpointLoaderSimple", {{"ckpt_name", model}});
  graph["wanted"] = node("CLIPTextEncode", {{"text", what.prompt}, {"clip", from("model", 1)}});
  graph["unwanted"] = node("CLIPTextEncode", {{"text", what.negative_prompt}, {"clip", from("model", 1)}});
  if (source.empty()) {
    graph["begin"] = node("EmptyLatentImage", {{"width", what.width}, {"height", what.height}, {"batch_size", 1}});
  } else {
    graph["source"] = node("LoadImage", {{"image", source}});
    graph["begin"] = node("VAEEncode", {{"pixels", from("source", 0)}, {"vae", from("model", 2)}});
  }
  graph["sample"] = node("KSampler", {{"seed", what.seed},
                                      {"steps", what.steps.value_or(20)},
                                      {"cfg", what.guidance.value_or(7)},
                                      {"sampler_name", "euler"},
                                      {"scheduler", "normal"},
                                      {"denoise", source.empty() ? 1.0 : what.strength},
                                      {"model", from("model", 0)},
                                      {"positive", from("wanted", 0)},
                                      {"negative", from("unwanted", 0)},
                                      {"latent_image", from("begin", 0)}});
  graph["decode"] = node("VAEDecode", {{"samples", from("sample", 0)}, {"vae", from("model", 2)}});
  graph["save"] = node("SaveImage", {{"images", from("decode", 0)}, {"filename_prefix", "ainft"}});
  return graph;
}

} // namespace

caf::error comfyui::check(work what, std::string_view) const {
  if (what != work::image && what != work::variation)
    return refuse_work(name(), what);
  return {};
}

task<std::string> comfyui::upload(request what, watch_ptr watch) {
  auto r = to("POST", "/upload/image", what, watch);
  r.form.push_back({"image", what.source, "ainft.png", "image/png"});
  AINFT_CO_TRY(kept, co_await send_json(std::move(r)));
  auto named = text_of(kept, "name");
  if (named.empty())
    co_return strange_answer();
  co_return named;
}

task<product> comfyui::produce(request what, watch_ptr watch) {
  std::string source;
  if (what.what == work::variation) {
    AINFT_CO_TRY(kept, co_await upload(what, watch));
    source = std::move(kept);
    what.source.clear();
  }
  const json body{{"prompt", workflow_of(what, model_of(what), source)}};
  auto r = post("/prompt", body, what, watch);
  AINFT_CO_TRY(queued, co_await send_json(std::move(r), false));
  auto id = text_of(queued, "prompt_id");
  if (id.empty() || id.find_first_not_of("abcdefABCDEF0123456789-") != id.npos)
    co_return strange_answer();
  AINFT_CO_TRY(picture, co_await follow(std::move(id), what, watch));
  const auto path = "/view?filename=" + net::percent_encoded(text_of(picture, "filename"))
                    + "&subfolder=" + net::percent_encoded(text_of(picture, "subfolder"))
                    + "&type=" + net::percent_encoded(text_of(picture, "type"));
  auto get = to("GET", path, what, watch);
  AINFT_CO_TRY(file, co_await send(std::move(get)));
  product out{std::move(file.body), {}, {}};
  co_return out;
}

/// Waits for the end of a workflow and returns its first picture.
task<json> comfyui::follow(std::string id, request what, watch_ptr watch) {
  const json::json_pointer outputs{"/" + id + "/outputs/save/images/0"}, status{"/" + id + "/status/status_str"};
  for (;;) {
    if (watch->is_cancelled()) {
      json waiting{{"delete", json::array({id})}}, running{{"prompt_id", id}};
      co_await call_off("/queue", std::move(waiting), what);
      co_await call_off("/interrupt", std::move(running), what);
      co_return refuse(errc::conflict, "the job was cancelled");
    }
    co_await pause();
    auto look = to("GET", "/history/" + id, what, watch);
    auto seen = co_await send_json(std::move(look));
    if (!seen && !watch->is_cancelled())
      co_return std::move(seen.error());
    if (!seen)
      continue;
    if (seen->contains(outputs))
      co_return json(seen->at(outputs));
    if (seen->contains(status) && seen->at(status) == "error")
      co_return refuse(errc::conflict, std::string{name()} + " failed to run the workflow");
  }
}

} // namespace ainft::ai::remote
