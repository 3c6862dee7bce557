#include "net/ai/remote/data_set.hpp"
#include "net/ai/remote/openai.hpp"
#include "runtime/try.hpp"

namespace ainft::ai::remote {

using runtime::errc;
using runtime::refuse;

namespace {

/// Estimates the progress from the status (platform.openai.com/docs/api-reference/fine-tuning/object).
uint32_t openai_percent(const std::string& status) { return status == "running" ? 50 : status == "queued" ? 10 : 5; }

bool goes_on(const std::string& status) {
  return status == "validating_files" || status == "queued" || status == "running";
}

} // namespace

task<product> openai::train(request what, watch_ptr watch) {
  if (what.reference.empty()) {
    AINFT_CO_TRY(begun, co_await begin_training(what, watch));
    co_return later_with(std::move(begun), openai_percent("validating_files"));
  }
  auto look = to("GET", "/fine_tuning/jobs/" + what.reference, what, watch);
  AINFT_CO_TRY(seen, co_await send_json(std::move(look)));
  const auto status = text_of(seen, "status");
  if (goes_on(status))
    co_return later_with(what.reference, openai_percent(status));
  static const json::json_pointer reason{"/error/message"};
  if (status == "failed" || status == "cancelled")
    co_return refuse(errc::conflict,
                     std::string{name()} + " reports the status " + status + ": " + text_at(seen, reason));
  product out;
  out.text = text_of(seen, "fine_tuned_model");
  if (status != "succeeded" || out.text.empty())
    co_return strange_answer();
  co_return out;
}

/// Returns a training that has already started for the same job, or starts one.
task<std::string> openai::begin_training(const request& what, watch_ptr watch) {
  auto earlier = co_await find_training(what, watch);
  if (!earlier || !earlier->empty())
    co_return earlier;
  AINFT_CO_TRY(file, co_await upload(what, watch));
  json body{{"model", what.model},
            {"training_file", file},
            {"suffix", what.training.name},
            {"seed", what.seed % 2'147'483'647},
            {"metadata", {{"ainft_job", what.job}}}};
  if (what.training.steps)
    body["method"] = {{"type", "supervised"},
                      {"supervised", {{"hyperparameters", {{"n_epochs", *what.training.steps}}}}}};
  auto r = post("/fine_tuning/jobs", body, what, watch);
  AINFT_CO_TRY(begun, co_await send_json(std::move(r), false));
  auto id = text_of(begun, "id");
  if (!is_reference(id))
    co_return strange_answer();
  co_return id;
}

/// Finds a training that an earlier attempt started but whose answer was lost. Empty if there is none.
task<std::string> openai::find_training(const request& what, watch_ptr watch) {
  auto r = to("GET", "/fine_tuning/jobs?limit=10&metadata%5Bainft_job%5D=" + what.job, what, watch);
  AINFT_CO_TRY(list, co_await send_json(std::move(r)));
  static const json::json_pointer ours{"/metadata/ainft_job"};
  const auto found = list.value("data", json::array());
  for (const auto& one : found)
    if (text_at(one, ours) == what.job && is_reference(text_of(one, "id")))
      co_return text_of(one, "id");
  co_return std::string{};
}

task<std::string> openai::upload(const request& what, watch_ptr watch) {
  auto r = to("POST", "/files", what, watch);
  r.form.push_back({"purpose", "fine-tune", "", ""});
  r.form.push_back({"file", json_lines_of(what.training), what.training.name + ".jsonl", "application/jsonl"});
  AINFT_CO_TRY(kept, co_await send_json(std::move(r)));
  auto id = text_of(kept, "id");
  if (id.empty())
    co_return strange_answer();
  co_return id;
}

} // namespace ainft::ai::remote
