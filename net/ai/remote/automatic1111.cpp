#include "net/ai/remote/automatic1111.hpp"

#include "net/base64.hpp"
#include "runtime/guard.hpp"
#include "runtime/try.hpp"

#include <boost/asio/co_spawn.hpp>

namespace ainft::ai::remote {

namespace {

json body_of(const request& what, const std::string& model) {
  if (what.what == work::upscale)
    return {{"image", net::base64_encode(what.source)},
            {"upscaling_resize", what.scale},
            {"upscaler_1", model.empty() ? "Lanczos" : model}};
  json body{{"prompt", what.prompt},
            {"negative_prompt", what.negative_prompt},
            {"seed", what.seed},
            {"width", what.width},
            {"height", what.height}};
  if (what.steps)
    body["steps"] = *what.steps;
  if (what.guidance)
    body["cfg_scale"] = *what.guidance;
  if (!model.empty())
    body["override_settings"] = {{"sd_model_checkpoint", model}};
  if (what.what == work::variation) {
    body["init_images"] = json::array({net::base64_encode(what.source)});
    body["denoising_strength"] = what.strength;
  }
  return body;
}

} // namespace

caf::error automatic1111::check(work what, std::string_view) const {
  if (what == work::text || what == work::metadata || what == work::plan || what == work::fine_tune)
    return refuse_work(name(), what);
  return {};
}

task<product> automatic1111::produce(request what, watch_ptr watch) {
  const auto kind = what.what;
  const auto* path = kind == work::image       ? "/sdapi/v1/txt2img"
                     : kind == work::variation ? "/sdapi/v1/img2img"
                                               : "/sdapi/v1/extra-single-image";
  const auto model = kind == work::upscale ? what.model : model_of(what);
  auto r = post(path, body_of(what, model), what, watch);
  const auto ended = std::make_shared<std::atomic<bool>>(false);
  what.source.clear();
  if (kind != work::upscale)
    boost::asio::co_spawn(co_await boost::asio::this_coro::executor, follow(std::move(what), watch, ended),
                          runtime::reported("ai_provider"));
  auto answer = co_await send_json(std::move(r));
  *ended = true;
  if (!answer)
    co_return std::move(answer.error());
  static const json::json_pointer many{"/images/0"}, one{"/image"};
  const auto& at = kind == work::upscale ? one : many;
  if (!answer->is_object() || !answer->contains(at) || !answer->at(at).is_string())
    co_return strange_answer();
  AINFT_CO_TRY(bytes, picture_from_base64(answer->at(at).get_ref<const std::string&>()));
  product out{std::move(bytes), {}, {}};
  co_return out;
}

/// Reports the server's progress. The server makes one picture at a time, so this can be the progress of another
/// picture.
boost::asio::awaitable<void> automatic1111::follow(request what, watch_ptr watch,
                                                   std::shared_ptr<std::atomic<bool>> ended) {
  while (!*ended) {
    co_await pause();
    if (*ended)
      co_return;
    if (watch->is_cancelled()) {
      co_await call_off("/sdapi/v1/interrupt", json::object(), what);
      co_return;
    }
    auto look = to("GET", "/sdapi/v1/progress?skip_current_image=true", what, watch);
    auto seen = co_await send_json(std::move(look));
    if (seen && seen->is_object() && seen->contains("progress") && (*seen)["progress"].is_number())
      watch->percent = static_cast<uint32_t>(std::clamp((*seen)["progress"].get<double>(), 0.0, 1.0) * 100);
  }
}

} // namespace ainft::ai::remote
