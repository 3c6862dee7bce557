#include "net/ai/remote/replicate.hpp"

#include "net/base64.hpp"
#include "runtime/try.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <sodium.h>

#include <charconv>

namespace ainft::ai::remote {

using runtime::errc;
using runtime::refuse;

namespace {

std::string data_url(std::string_view bytes) {
  return "data:application/octet-stream;base64," + net::base64_encode(bytes);
}

json input_of(const request& what) {
  json in = json::object();
  if (what.what != work::upscale) {
    in["prompt"] = what.prompt;
    in["seed"] = what.seed;
  }
  if (!what.negative_prompt.empty())
    in["negative_prompt"] = what.negative_prompt;
  if (what.what == work::image || what.what == work::variation) {
    in["width"] = what.width;
    in["height"] = what.height;
    if (what.steps)
      in["num_inference_steps"] = *what.steps;
    if (what.guidance)
      in["guidance_scale"] = *what.guidance;
  }
  if (what.what == work::variation)
    in["prompt_strength"] = what.strength;
  if (what.what == work::upscale)
    in["scale"] = what.scale;
  if (!what.source.empty())
    in["image"] = data_url(what.source);
  if (what.what == work::text && what.max_tokens)
    in["max_tokens"] = *what.max_tokens;
  return in;
}

} // namespace

caf::error replicate::check(work what, std::string_view model) const {
  if (what == work::metadata || what == work::plan)
    return refuse_work(name(), what);
  if (model.empty() && (what == work::image || what == work::variation || what == work::fine_tune))
    return {};
  if (what == work::fine_tune && model.find(':') == model.npos)
    return runtime::refuse_field("/model", "must be a trainer, owner/name:version");
  const auto slash = model.find('/');
  if (slash == 0 || slash == model.npos || slash + 1 == model.size() || model.find_first_of(" ?#%\\") != model.npos
      || model.find("..") != model.npos)
    return runtime::refuse_field("/model", "must be owner/name or owner/name:version");
  return {};
}

task<product> replicate::produce(request what, watch_ptr watch) {
  if (what.what == work::fine_tune)
    co_return co_await train(std::move(what), watch);
  const auto model = model_of(what);
  const auto colon = model.find(':');
  json body{{"input", input_of(what)}};
  if (colon != model.npos)
    body["version"] = model.substr(colon + 1);
  if (!webhook_.empty()) {
    body["webhook"] = webhook_;
    body["webhook_events_filter"] = json::array({"completed"});
  }
  auto r = post(colon == model.npos ? "/v1/models/" + model + "/predictions" : "/v1/predictions", body, what, watch);
  AINFT_CO_TRY(made, co_await send_json(std::move(r), false));
  const auto kind = what.what;
  AINFT_CO_TRY(ended, co_await follow(std::move(made), std::move(what), watch));
  co_return co_await output_of(ended, kind, watch);
}

task<json> replicate::follow(json prediction, request what, watch_ptr watch) {
  for (;;) {
    const auto id = text_of(prediction, "id"), status = text_of(prediction, "status");
    if (!is_reference(id))
      co_return strange_answer();
    if (status == "succeeded")
      co_return prediction;
    if (status == "failed" || status == "canceled" || status == "aborted")
      co_return refuse(errc::conflict,
                       std::string{name()} + " reports the status " + status + ": " + text_of(prediction, "error"));
    if (watch->is_cancelled()) {
      co_await call_off("/v1/predictions/" + id + "/cancel", json::object(), what);
      co_return refuse(errc::conflict, "the job was cancelled");
    }
    co_await wait_for(id);
    auto look = to("GET", "/v1/predictions/" + id, what, watch);
    auto seen = co_await send_json(std::move(look));
    if (!seen && !watch->is_cancelled())
      co_return std::move(seen.error());
    if (seen)
      prediction = std::move(*seen);
  }
}

task<product> replicate::output_of(const json& prediction, work what, watch_ptr watch) {
  auto output = prediction.value("output", json{});
  product out;
  if (what == work::text) { // one text, or an array of pieces
    const auto pieces = output.is_string() ? json::array({output}) : output;
    for (const auto& piece : pieces)
      if (piece.is_string())
        out.text += piece.get_ref<const std::string&>();
    if (out.text.empty())
      co_return strange_answer();
    co_return out;
  }
  if (output.is_array() && !output.empty())
    output = json(output[0]);
  if (!output.is_string())
    co_return strange_answer();
  auto url = output.get<std::string>();
  AINFT_CO_TRY(bytes, co_await fetch(std::move(url), watch));
  out.file = std::move(bytes);
  co_return out;
}

boost::asio::awaitable<void> replicate::wait_for(std::string prediction) {
  const auto timer =
    std::make_shared<boost::asio::steady_timer>(co_await boost::asio::this_coro::executor, settings().poll);
  {
    std::lock_guard guard{mutex_};
    waiting_[prediction] = timer;
  }
  boost::system::error_code woken;
  co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  std::lock_guard guard{mutex_};
  waiting_.erase(prediction);
}

void replicate::wake(const std::string& prediction) {
  std::lock_guard guard{mutex_};
  if (const auto it = waiting_.find(prediction); it != waiting_.end())
    boost::asio::post(it->second->get_executor(), [timer = it->second] { timer->cancel(); });
}

bool webhook_is_genuine(std::string_view secret, std::string_view id, std::string_view timestamp,
                        std::string_view signatures, std::string_view body, int64_t now) {
  constexpr std::string_view head = "whsec_";
  constexpr int64_t window = 300;
  int64_t sent = 0;
  const auto read = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), sent);
  if (read.ec != std::errc{} || read.ptr != timestamp.data() + timestamp.size() || std::abs(now - sent) > window
      || !secret.starts_with(head))
    return false;
  const auto key = net::base64_decode(secret.substr(head.size()));
  if (!key)
    return false;
  const auto text = std::string{id} + "." + std::string{timestamp} + "." + std::string{body};
  std::string wanted(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key->data()), key->size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(wanted.data()));
  while (!signatures.empty()) {
    const auto one = signatures.substr(0, signatures.find(' '));
    signatures.remove_prefix(std::min(one.size() + 1, signatures.size()));
    const auto given = one.starts_with("v1,") ? net::base64_decode(one.substr(3)) : std::nullopt;
    if (given && given->size() == wanted.size() && sodium_memcmp(given->data(), wanted.data(), wanted.size()) == 0)
      return true;
  }
  return false;
}

} // namespace ainft::ai::remote
