#include "actors/ai/job/signed_outputs.hpp"

#include "actors/ai/job/domain.hpp"
#include "actors/studios/asset/api.hpp"

namespace ainft::ai_job {

namespace {

void sign_each(nlohmann::ordered_json& job, const asset::sign_field& sign) {
  for (auto& output : job["outputs"])
    sign(output["url"]);
}

} // namespace

std::function<void(const http::call&, http::reply&)> sign_outputs(const services& s) {
  return [&s](const http::call& c, http::reply& r) { asset::sign_urls(s, c, r, sign_each); };
}

task<runtime::answer> show(const services& s, runtime::uuid id, runtime::principal reader) {
  auto found = co_await ainft::view<ai_job::domain>(s, id, reader);
  if (found)
    found->body = asset::sign_urls(s, found->body, sign_each);
  co_return found;
}

} // namespace ainft::ai_job
