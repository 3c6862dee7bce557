#include "net/ai/remote/data_set.hpp"
#include "net/ai/remote/replicate.hpp"
#include "runtime/try.hpp"

namespace ainft::ai::remote {

using runtime::errc;
using runtime::refuse;

namespace {

/// Estimates the progress from the status (replicate.com/docs/reference/http, trainings.get).
uint32_t replicate_percent(const std::string& status) { return status == "processing" ? 50 : 10; }

} // namespace

task<product> replicate::train(request what, watch_ptr watch) {
  if (what.reference.empty())
    co_return co_await begin_training(std::move(what), watch);
  auto look = to("GET", "/v1/trainings/" + what.reference, what, watch);
  AINFT_CO_TRY(seen, co_await send_json(std::move(look)));
  const auto status = text_of(seen, "status");
  if (status == "starting" || status == "processing")
    co_return later_with(what.reference, replicate_percent(status));
  if (status == "failed" || status == "canceled" || status == "aborted")
    co_return refuse(errc::conflict,
                     std::string{name()} + " reports the status " + status + ": " + text_of(seen, "error"));
  static const json::json_pointer version{"/output/version"};
  product out;
  out.text = text_at(seen, version);
  if (status != "succeeded" || out.text.empty())
    co_return strange_answer();
  co_return out;
}

task<product> replicate::begin_training(request what, watch_ptr watch) {
  AINFT_CO_TRY(destination, co_await make_destination(what, watch));
  AINFT_CO_TRY(pictures, co_await upload(what, watch));
  json input{{"input_images", pictures}};
  if (what.training.steps)
    input["steps"] = *what.training.steps;
  if (!what.training.trigger_word.empty())
    input["trigger_word"] = what.training.trigger_word;
  const auto colon = what.model.find(':');
  const auto path =
    "/v1/models/" + what.model.substr(0, colon) + "/versions/" + what.model.substr(colon + 1) + "/trainings";
  const json body{{"destination", destination}, {"input", input}};
  auto r = post(path, body, what, watch);
  AINFT_CO_TRY(begun, co_await send_json(std::move(r), false));
  const auto id = text_of(begun, "id");
  if (!is_reference(id))
    co_return strange_answer();
  co_return later_with(id, replicate_percent("starting"));
}

/// Creates the private model, in the key's account, that gets the trained version. Its name has the training's name and
/// the end of the job's id.
task<std::string> replicate::make_destination(const request& what, watch_ptr watch) {
  auto ask = to("GET", "/v1/account", what, watch);
  AINFT_CO_TRY(account, co_await send_json(std::move(ask)));
  const auto owner = text_of(account, "username");
  if (!is_reference(owner))
    co_return strange_answer();
  const auto model = what.training.name + "-" + what.job.substr(what.job.size() - std::min<size_t>(8, what.job.size()));
  const json body{{"owner", owner}, {"name", model}, {"visibility", "private"}, {"hardware", "gpu-t4"}};
  auto r = post("/v1/models", body, what, watch);
  auto made = co_await send(std::move(r));
  // An earlier attempt may have created it.
  if (!made && runtime::explain(made.error()).code != errc::conflict)
    co_return std::move(made.error());
  co_return owner + "/" + model;
}

task<std::string> replicate::upload(const request& what, watch_ptr watch) {
  AINFT_CO_TRY(packed, zip_of(what.training));
  auto r = to("POST", "/v1/files", what, watch);
  r.form.push_back({"content", std::move(packed), what.training.name + ".zip", "application/zip"});
  AINFT_CO_TRY(kept, co_await send_json(std::move(r)));
  static const json::json_pointer where{"/urls/get"};
  auto url = text_at(kept, where);
  if (url.empty())
    co_return strange_answer();
  co_return url;
}

} // namespace ainft::ai::remote
