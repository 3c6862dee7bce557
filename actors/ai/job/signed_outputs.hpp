#pragma once

#include "actors/services.hpp"

namespace ainft::ai_job {

/// Changes an answer that is a job: signs the addresses of its pictures (see asset::sign_url), because they are not
/// public.
[[nodiscard]] std::function<void(const http::call&, http::reply&)> sign_outputs(const services& s);

/// The snapshot of a job's room, with signed addresses.
[[nodiscard]] task<runtime::answer> show(const services& s, runtime::uuid id, runtime::principal reader);

} // namespace ainft::ai_job
