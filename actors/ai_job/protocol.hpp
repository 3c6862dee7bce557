#pragma once

#include "actors/ids.hpp"
#include "runtime/messages.hpp"

namespace ainft::ai_job {

/// What is made.
enum class kind : uint8_t { image };
constexpr auto enum_names(kind) { return std::array<std::string_view, 1>{"image"}; }

enum class phase : uint8_t { queued, running, succeeded, failed, cancelled };
constexpr auto enum_names(phase) {
  return std::array<std::string_view, 5>{"queued", "running", "succeeded", "failed", "cancelled"};
}

using prompt_text = runtime::bounded_text<1, 4000>; ///< bytes
using provider_name = runtime::bounded_text<1, 40>;
using model_name = runtime::bounded_text<0, 200>;
using worker_name = runtime::bounded_text<1, 100>;
using reason_text = std::string;

/// What a picture is to be.
struct image_params {
  uint32_t width = 1024; ///< pixels, 64 to 2048
  uint32_t height = 1024;
  friend bool operator==(const image_params&, const image_params&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, image_params& x) {
  return f.object(x).fields(f.field("width", x.width).fallback(uint32_t{1024}), f.field("height", x.height).fallback(uint32_t{1024}));
}

/// The body of POST /v1/ai/jobs.
struct new_job {
  ainft::studio_id studio;
  ai_job::kind kind = ai_job::kind::image;
  provider_name provider;
  model_name model;
  prompt_text prompt;
  image_params params;
  uint32_t count = 1;            ///< pictures, 1 to 8; each has a seed of its own, counted up from the first
  std::optional<uint32_t> seed;  ///< chosen if absent
  uint32_t priority = 5;         ///< 0 the last, 9 the first, within the studio
};

template <class Inspector>
bool inspect(Inspector& f, new_job& x) {
  return f.object(x).fields(f.field("studio_id", x.studio), f.field("kind", x.kind), f.field("provider", x.provider),
                            f.field("model", x.model).fallback(model_name{}), f.field("prompt", x.prompt),
                            f.field("params", x.params).fallback(image_params{}), f.field("count", x.count).fallback(uint32_t{1}),
                            f.field("seed", x.seed), f.field("priority", x.priority).fallback(uint32_t{5}));
}

struct create_job {
  static constexpr bool creates = true;
  job_id id;
  new_job what; ///< with its seed
};

template <class Inspector>
bool inspect(Inspector& f, create_job& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("what", x.what));
}

/// A worker takes the job. It has the lease's time for its next sign of life.
struct start_job {
  worker_name worker;
  uint32_t lease = 60; ///< seconds
};

template <class Inspector>
bool inspect(Inspector& f, start_job& x) {
  return f.object(x).fields(f.field("worker", x.worker), f.field("lease", x.lease));
}

/// How far the attempt's worker is. It begins a new lease.
struct report_progress {
  uint32_t attempt = 0;
  uint32_t percent = 0; ///< 0 to 100
};

template <class Inspector>
bool inspect(Inspector& f, report_progress& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("percent", x.percent));
}

/// A picture that was made.
struct output {
  asset_id asset;
  std::string url; ///< path under the platform's address
  uint32_t seed = 0;
  friend bool operator==(const output&, const output&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, output& x) {
  return f.object(x).fields(f.field("asset_id", x.asset), f.field("url", x.url), f.field("seed", x.seed));
}

struct finish_job {
  uint32_t attempt = 0;
  std::vector<output> outputs;
};

template <class Inspector>
bool inspect(Inspector& f, finish_job& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("outputs", x.outputs));
}

/// The attempt did not succeed. What may pass by itself is tried again, later each time.
struct fail_attempt {
  uint32_t attempt = 0;
  reason_text reason; ///< one that a person can act on
  bool may_pass = false;
};

template <class Inspector>
bool inspect(Inspector& f, fail_attempt& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("reason", x.reason), f.field("may_pass", x.may_pass));
}

struct cancel_job {};

template <class Inspector>
bool inspect(Inspector& f, cancel_job& x) {
  return f.object(x).fields();
}

/// Once more, after it failed or was cancelled.
struct retry_job {};

template <class Inspector>
bool inspect(Inspector& f, retry_job& x) {
  return f.object(x).fields();
}

// -- events ---------------------------------------------------------------------------------------------------------

struct job_queued {
  job_id id;
  user_id requested_by;
  new_job what;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, job_queued& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("requested_by", x.requested_by), f.field("what", x.what), f.field("at", x.at));
}

struct job_started {
  uint32_t attempt = 0;
  worker_name worker;
  uint32_t lease = 60;
  runtime::time_point lease_until;
};

template <class Inspector>
bool inspect(Inspector& f, job_started& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("worker", x.worker), f.field("lease", x.lease),
                            f.field("lease_until", x.lease_until));
}

struct job_progressed {
  uint32_t percent = 0;
  runtime::time_point lease_until;
};

template <class Inspector>
bool inspect(Inspector& f, job_progressed& x) {
  return f.object(x).fields(f.field("percent", x.percent), f.field("lease_until", x.lease_until));
}

struct job_succeeded {
  std::vector<output> outputs;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, job_succeeded& x) {
  return f.object(x).fields(f.field("outputs", x.outputs), f.field("at", x.at));
}

/// Back in the queue, from `ready_at` on.
struct job_requeued {
  reason_text reason;
  runtime::time_point ready_at;
};

template <class Inspector>
bool inspect(Inspector& f, job_requeued& x) {
  return f.object(x).fields(f.field("reason", x.reason), f.field("ready_at", x.ready_at));
}

struct job_failed {
  reason_text reason;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, job_failed& x) {
  return f.object(x).fields(f.field("reason", x.reason), f.field("at", x.at));
}

struct job_cancelled {
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, job_cancelled& x) {
  return f.object(x).fields(f.field("at", x.at));
}

// -- answers --------------------------------------------------------------------------------------------------------

struct view {
  job_id id;
  ainft::studio_id studio_id;
  user_id requested_by;
  ai_job::kind kind = ai_job::kind::image;
  phase state = phase::queued;
  provider_name provider;
  model_name model;
  prompt_text prompt;
  image_params params;
  uint32_t count = 1;
  uint32_t seed = 0;
  uint32_t priority = 5;
  uint32_t progress = 0; ///< per cent
  uint32_t attempt = 0;  ///< how often a worker has taken it
  std::vector<output> outputs;
  std::optional<reason_text> reason; ///< why it failed, or why it is in the queue again
  runtime::time_point created_at;
  std::optional<runtime::time_point> ended_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("requested_by", x.requested_by),
                            f.field("kind", x.kind), f.field("state", x.state), f.field("provider", x.provider), f.field("model", x.model),
                            f.field("prompt", x.prompt), f.field("params", x.params), f.field("count", x.count), f.field("seed", x.seed),
                            f.field("priority", x.priority), f.field("progress", x.progress), f.field("attempt", x.attempt),
                            f.field("outputs", x.outputs), f.field("reason", x.reason), f.field("created_at", x.created_at),
                            f.field("ended_at", x.ended_at));
}

} // namespace ainft::ai_job

CAF_BEGIN_TYPE_ID_BLOCK(ainft_ai_job, ainft::runtime::capability_type_ids(8))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::create_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::start_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::report_progress))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::finish_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::fail_attempt))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::cancel_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::retry_job))
CAF_END_TYPE_ID_BLOCK(ainft_ai_job)
