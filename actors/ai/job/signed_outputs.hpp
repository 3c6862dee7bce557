#pragma once

#include "actors/services.hpp"

namespace ainft::ai_job {

/// What is done to an answer that is a job: its pictures get signed addresses (see asset::sign_url), since they are not public.
[[nodiscard]] std::function<void(const http::call&, http::reply&)> sign_outputs(const services& s);

/// A job as its room begins with it.
[[nodiscard]] task<runtime::answer> show(const services& s, runtime::uuid id, runtime::principal reader);

} // namespace ainft::ai_job
