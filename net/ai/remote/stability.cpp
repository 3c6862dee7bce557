#include "net/ai/remote/stability.hpp"
#include "runtime/try.hpp"

#include <array>
#include <cmath>

namespace ainft::ai::remote {

namespace {

bool is_sd3(std::string_view model) { return model.starts_with("sd3"); }

void add(client::request& to, std::string name, std::string value) {
  to.form.push_back({std::move(name), std::move(value), "", ""});
}

void add_picture(client::request& to, std::string bytes) {
  to.form.push_back({"image", std::move(bytes), "source.png", "application/octet-stream"});
}

} // namespace

std::string_view nearest_ratio(uint32_t width, uint32_t height) {
  struct ratio {
    std::string_view name;
    double value;
  };
  constexpr std::array<ratio, 9> all{{{"1:1", 1},
                                      {"16:9", 16.0 / 9},
                                      {"21:9", 21.0 / 9},
                                      {"3:2", 1.5},
                                      {"5:4", 1.25},
                                      {"4:5", .8},
                                      {"2:3", 2.0 / 3},
                                      {"9:16", 9.0 / 16},
                                      {"9:21", 9.0 / 21}}};
  const auto distance = [wanted = std::log(static_cast<double>(width) / height)](const ratio& r) {
    return std::abs(std::log(r.value) - wanted);
  };
  return std::min_element(all.begin(), all.end(),
                          [&](const auto& a, const auto& b) { return distance(a) < distance(b); })
    ->name;
}

caf::error stability::check(work what, std::string_view model) const {
  if (what == work::text || what == work::metadata || what == work::plan || what == work::fine_tune)
    return refuse_work(name(), what);
  if (model.empty() || is_sd3(model) || (what == work::image && (model == "core" || model == "ultra")))
    return {};
  return runtime::refuse_field("/model", what == work::image ? "must be core, ultra, or a model of the sd3 family"
                                                             : "must be a model of the sd3 family, or empty");
}

task<product> stability::produce(request what, watch_ptr watch) {
  auto model = model_of(what);
  std::string path;
  if (what.what == work::upscale)
    path = "/v2beta/stable-image/upscale/fast";
  else if (what.what == work::variation || is_sd3(model))
    path = "/v2beta/stable-image/generate/sd3";
  else
    path = "/v2beta/stable-image/generate/" + model;
  auto r = to("POST", path, what, watch);
  r.headers.emplace_back("Accept: image/*");
  add(r, "output_format", "png");
  if (what.what == work::upscale) {
    add_picture(r, std::move(what.source));
  } else {
    add(r, "prompt", what.prompt);
    add(r, "seed", std::to_string(what.seed));
    if (!what.negative_prompt.empty())
      add(r, "negative_prompt", what.negative_prompt);
    if (is_sd3(model))
      add(r, "model", model);
    if (what.what == work::variation) {
      add(r, "mode", "image-to-image");
      add(r, "strength", json(what.strength).dump());
      add_picture(r, std::move(what.source));
    } else {
      add(r, "aspect_ratio", std::string{nearest_ratio(what.width, what.height)});
    }
  }
  AINFT_CO_TRY(got, co_await send(std::move(r)));
  if (!got.content_type.starts_with("image/"))
    co_return strange_answer();
  product out{std::move(got.body), {}, {}};
  co_return out;
}

} // namespace ainft::ai::remote
