#pragma once

#include "actors/ai/prompt_text.hpp"
#include "actors/ids.hpp"
#include "net/ai/provider.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

#include <map>

namespace ainft::ai_job {

using kind = ai::work;

AINFT_ENUM(phase, queued, running, succeeded, failed, cancelled)

using ai::prompt_text;
using provider_name = runtime::bounded_text<1, 40>;
using model_name = runtime::bounded_text<0, 200>;
using worker_name = runtime::bounded_text<1, 100>;
using reason_text = std::string;
using reference_text = runtime::bounded_text<1, 200>;
using result_text = runtime::bounded_text<0, 65'536>;

/// Parameters of the generation. The provider chooses a value for an absent one.
struct generation_params {
  uint32_t width = 1024; ///< pixels, 64 to 2048
  uint32_t height = 1024;
  std::optional<uint32_t> steps;      ///< 1 to 200
  std::optional<double> guidance;     ///< 0 to 50: how closely a model follows the prompt
  std::optional<double> strength;     ///< of a variation, 0 to 1: distance from the source; 0.6 if absent
  std::optional<uint32_t> scale;      ///< of an upscale: 2 or 4; 2 if absent
  std::optional<uint32_t> max_tokens; ///< of a text, 1 to 16384
  std::optional<double> temperature;  ///< of a text, 0 to 2
  friend bool operator==(const generation_params&, const generation_params&) = default;
};
AINFT_DESCRIBE(generation_params, (width, defaulted), (height, defaulted), steps, guidance, strength, scale, max_tokens,
               temperature)

constexpr uint32_t usual_time_limit = 600, longest_time_limit = 86'400; ///< seconds
constexpr size_t most_examples = 100;                                   ///< per fine-tune

/// The template that rendered the prompt.
struct template_use {
  template_id id;
  uint32_t revision = 1;
  friend bool operator==(const template_use&, const template_use&) = default;
};
AINFT_DESCRIBE(template_use, id, revision)

using caption_text = runtime::paragraph_text<0, 2000>;
using trigger_word = runtime::display_text<64, 256, 0>;

struct training_example {
  asset_id asset;
  caption_text caption;
  friend bool operator==(const training_example&, const training_example&) = default;
};
AINFT_DESCRIBE(training_example, (asset, "asset_id"), (caption, defaulted))

/// The training data of a fine-tune.
struct training {
  runtime::slug name;
  std::vector<training_example> examples; ///< 1 to 100, each picture once
  std::optional<uint32_t> steps;          ///< 1 to 10000, in the provider's unit (for OpenAI, epochs)
  ai_job::trigger_word trigger_word;      ///< prompts use it to name the learned subject
  friend bool operator==(const training&, const training&) = default;
};
AINFT_DESCRIBE(training, name, examples, steps, (trigger_word, defaulted))

/// An order: most of the body of POST /v1/ai/jobs.
struct new_job {
  ainft::studio_id studio;
  ai_job::kind kind = ai_job::kind::image;
  provider_name provider;
  model_name model;
  prompt_text prompt;
  prompt_text negative_prompt;    ///< what the picture or text must not contain
  std::optional<asset_id> source; ///< input picture of a variation or an upscale
  generation_params params;
  uint32_t count = 1;                          ///< number of outputs, 1 to 8; output i has the seed `seed` + i
  std::optional<uint32_t> seed;                ///< random if absent
  uint32_t priority = 5;                       ///< 0 (last) to 9 (first), within the studio
  std::optional<runtime::time_point> start_at; ///< earliest start; at most 30 days ahead
  uint32_t time_limit = usual_time_limit;      ///< seconds from the earliest start until the job fails, 1 to 86400
};
AINFT_DESCRIBE(new_job, (studio, "studio_id"), kind, provider, (model, defaulted), (prompt, defaulted),
               (negative_prompt, defaulted), (source, "source_asset_id"), (params, defaulted), (count, defaulted), seed,
               (priority, defaulted), start_at, (time_limit, defaulted))

/// The body of POST /v1/ai/jobs: a prompt, or a template and values for its variables.
struct job_order {
  new_job what;
  std::optional<template_id> prompt_template;
  std::optional<uint32_t> revision; ///< of the template; the latest if absent
  std::map<std::string, std::string> variables;
};
AINFT_DESCRIBE(job_order, (what, flattened), (prompt_template, "prompt_template_id"),
               (revision, "prompt_template_revision"), (variables, defaulted))

struct create_job {
  static constexpr bool creates = true;
  job_id id;
  new_job what; ///< the seed is set
  std::optional<template_use> made_of;
  uint64_t expected_credits = 0;            ///< for an agent's job, the highest possible price
  std::optional<agent_id> agent;            ///< the agent that orders it on its owner's behalf
  std::optional<ai_job::training> training; ///< of a fine-tune
};
AINFT_DESCRIBE(create_job, id, what, made_of, expected_credits, agent, training)

/// A worker takes the job. It must report within the lease.
struct start_job {
  worker_name worker;
  uint32_t lease = 60; ///< seconds
};
AINFT_DESCRIBE(start_job, worker, lease)

/// The worker reports its progress. This renews the lease.
struct report_progress {
  uint32_t attempt = 0;
  uint32_t percent = 0; ///< 0 to 100
  result_text more;     ///< text written since the last report
};
AINFT_DESCRIBE(report_progress, attempt, percent, (more, defaulted))

/// One output: a picture (stored as an asset) or a text. Metadata is a JSON object as text.
struct output {
  std::optional<asset_id> asset;
  std::string url; ///< path of the picture at the platform's address
  uint32_t seed = 0;
  result_text text;
  friend bool operator==(const output&, const output&) = default;
};
AINFT_DESCRIBE(output, (asset, "asset_id"), (url, defaulted), seed, (text, defaulted))

/// The usage that the provider reports.
struct job_usage {
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  uint64_t credits = 0; ///< by the platform's prices
  friend bool operator==(const job_usage&, const job_usage&) = default;
};
AINFT_DESCRIBE(job_usage, (input_tokens, defaulted), (output_tokens, defaulted), (credits, defaulted))

struct finish_job {
  uint32_t attempt = 0;
  std::vector<output> outputs;
  job_usage usage;
};
AINFT_DESCRIBE(finish_job, attempt, outputs, usage)

/// The attempt failed. After a transient error, the job is retried with growing delays.
struct fail_attempt {
  uint32_t attempt = 0;
  reason_text reason; ///< tells a person what to do about it
  bool is_transient = false;
};
AINFT_DESCRIBE(fail_attempt, attempt, reason, (is_transient, "may_pass"))

/// The provider works on it for longer. No worker waits: a worker looks at it again after a delay.
struct park_job {
  uint32_t attempt = 0;
  reference_text reference; ///< the provider's id of the work
  uint32_t after = 30;      ///< seconds
  uint32_t percent = 0;
};
AINFT_DESCRIBE(park_job, attempt, reference, after, percent)

struct cancel_job {};
AINFT_DESCRIBE(cancel_job)

/// Queues a job again after it failed or was cancelled, with the full time limit. An operator's retry comes from the
/// platform.
struct retry_job {};
AINFT_DESCRIBE(retry_job)

// -- events ---------------------------------------------------------------------------------------------------------

struct job_queued {
  static constexpr uint16_t version = 3; ///< older versions lack fields; they read as absent
  job_id id;
  user_id requested_by;
  new_job what;
  runtime::time_point at;
  std::optional<template_use> made_of;
  uint64_t expected_credits = 0;
  std::optional<agent_id> agent;
  std::optional<ai_job::training> training;
};
AINFT_DESCRIBE(job_queued, id, requested_by, what, at, made_of, (expected_credits, defaulted), agent, training)

struct job_started {
  uint32_t attempt = 0;
  worker_name worker;
  uint32_t lease = 60;
  runtime::time_point lease_until;
};
AINFT_DESCRIBE(job_started, attempt, worker, lease, lease_until)

struct job_progressed {
  static constexpr uint16_t version = 2; ///< version 1 lacks a field; it reads as absent
  uint32_t percent = 0;
  runtime::time_point lease_until;
  result_text more; ///< text written since the last report
};
AINFT_DESCRIBE(job_progressed, percent, lease_until, (more, defaulted))

struct job_succeeded {
  static constexpr uint16_t version = 2; ///< version 1 lacks a field; it reads as absent
  std::vector<output> outputs;
  runtime::time_point at;
  job_usage usage;
};
AINFT_DESCRIBE(job_succeeded, outputs, at, (usage, defaulted))

/// The job is in the queue again. It may start at `ready_at`.
struct job_requeued {
  reason_text reason;
  runtime::time_point ready_at;
};
AINFT_DESCRIBE(job_requeued, reason, ready_at)

/// The work continues at the provider. A worker looks at it again at `ready_at`.
struct job_parked {
  reference_text reference;
  uint32_t percent = 0;
  runtime::time_point ready_at;
};
AINFT_DESCRIBE(job_parked, reference, percent, ready_at)

/// `dead`: the automatic retries did not help, or the time ran out in the queue. An operator may look into it.
struct job_failed {
  static constexpr uint16_t version = 2; ///< version 1 lacks a field; it reads as absent
  reason_text reason;
  runtime::time_point at;
  bool dead = false;
};
AINFT_DESCRIBE(job_failed, reason, at, (dead, defaulted))

struct job_cancelled {
  runtime::time_point at;
};
AINFT_DESCRIBE(job_cancelled, at)

// -- answers --------------------------------------------------------------------------------------------------------

struct view {
  job_id id;
  ainft::studio_id studio_id;
  user_id requested_by;
  std::optional<ainft::agent_id> agent_id; ///< the agent that ordered it for the requester
  ai_job::kind kind = ai_job::kind::image;
  phase state = phase::queued;
  provider_name provider;
  model_name model;
  prompt_text prompt;
  prompt_text negative_prompt;
  std::optional<template_use> prompt_template;
  std::optional<asset_id> source_asset_id;
  std::optional<ai_job::training> training;
  std::optional<reference_text> reference; ///< the provider's id of the work that it has begun
  generation_params params;
  uint32_t count = 1;
  uint32_t seed = 0;
  uint32_t priority = 5;
  uint32_t progress = 0; ///< percent
  uint32_t attempt = 0;  ///< how many times a worker has taken it
  result_text partial;   ///< the text so far, while the job runs
  std::vector<output> outputs;
  std::optional<reason_text> reason; ///< why it failed, or why it was requeued
  bool dead = false;                 ///< see job_failed
  job_usage usage;
  runtime::time_point created_at;
  runtime::time_point ready_at; ///< no worker takes it earlier (while it is queued or parked)
  runtime::time_point fails_at; ///< the job fails if it has not ended by then
  std::optional<runtime::time_point> ended_at;
};
AINFT_DESCRIBE(view, id, studio_id, requested_by, agent_id, kind, state, provider, model, prompt, negative_prompt,
               prompt_template, source_asset_id, training, reference, params, count, seed, priority, progress, attempt,
               partial, outputs, reason, dead, usage, created_at, ready_at, fails_at, ended_at)

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "ai_job";
  using view = ai_job::view;
};

} // namespace ainft::ai_job
