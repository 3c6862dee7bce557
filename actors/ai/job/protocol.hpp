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

// The limits of an order. All of them are allowed values.
constexpr uint32_t least_side = 64, most_side = 2048; ///< pixels
constexpr uint32_t least_scale = 2, most_scale = 4;   ///< of an upscale; nothing between them
constexpr uint32_t most_steps = 200, most_tokens = 16'384, most_outputs = 8, highest_priority = 9;
constexpr double most_guidance = 50, most_strength = 1, most_temperature = 2;
constexpr uint32_t usual_time_limit = 600, longest_time_limit = 86'400; ///< seconds
constexpr size_t most_examples = 100;                                   ///< per fine-tune
constexpr uint32_t most_training_steps = 10'000;

/// Parameters of the generation. The provider chooses a value for an absent one.
struct generation_params {
  uint32_t width = 1024; ///< pixels
  uint32_t height = 1024;
  std::optional<uint32_t> steps;
  std::optional<double> guidance;     ///< how closely a model follows the prompt
  std::optional<double> strength;     ///< of a variation: distance from the source; 0.6 if absent
  std::optional<uint32_t> scale;      ///< of an upscale: 2 or 4; 2 if absent
  std::optional<uint32_t> max_tokens; ///< of a text
  std::optional<double> temperature;  ///< of a text
  friend bool operator==(const generation_params&, const generation_params&) = default;
};
AINFT_DESCRIBE(
  generation_params, (width, defaulted, between(least_side, most_side), about("Of an `image`, in pixels.")),
  (height, defaulted, between(least_side, most_side), about("Of an `image`, in pixels.")),
  (steps, between(1, most_steps), about("How many steps a picture model makes.")),
  (guidance, between(0, most_guidance), about("How closely a picture model follows the prompt.")),
  (strength, between(0, most_strength), about("Of a `variation`: 0 keeps the source, 1 ignores it. 0.6 if absent.")),
  (scale, between(least_scale, most_scale), about("Of an `upscale`: the factor for both sides, 2 or 4. 2 if absent.")),
  (max_tokens, between(1, most_tokens), about("Of a `text`: its greatest length, in the model's tokens.")),
  (temperature, between(0, most_temperature),
   about("Of a `text`: how much chance decides. Higher values give more surprising texts.")))
AINFT_ABOUT(generation_params, "Parameters of an AI job. A parameter that its kind or its provider does not use has no "
                               "effect. The provider chooses a value for an absent one.")

/// The template that rendered the prompt.
struct template_use {
  template_id id;
  uint32_t revision = 1;
  friend bool operator==(const template_use&, const template_use&) = default;
};
AINFT_DESCRIBE(template_use, id, (revision, about("The version of the template; the first one is 1.")))
AINFT_ABOUT(template_use, "The version of a prompt template that a job was ordered with.")

using caption_text = runtime::paragraph_text<0, 2000>;
using trigger_word = runtime::display_text<64, 256, 0>;

struct training_example {
  asset_id asset;
  caption_text caption;
  friend bool operator==(const training_example&, const training_example&) = default;
};
AINFT_DESCRIBE(training_example, (asset, "asset_id", about("A PNG, JPEG or WebP picture of the caller.")),
               (caption, defaulted, about("Describes the picture in up to 2000 bytes.")))
AINFT_ABOUT(training_example, "A picture for training.")

/// The training data of a fine-tune.
struct training {
  runtime::slug name;
  std::vector<training_example> examples; ///< each picture once
  std::optional<uint32_t> steps;          ///< in the provider's unit (for OpenAI, epochs)
  ai_job::trigger_word trigger_word;      ///< prompts use it to name the learned subject
  friend bool operator==(const training&, const training&) = default;
};
AINFT_DESCRIBE(training, (name, about("A part of the model's name.")),
               (examples, between(1, most_examples), about("Each picture once, in total at most 64 MiB.")),
               (steps, between(1, most_training_steps),
                about("How long to train, in the provider's unit; at `openai`, in epochs. The provider chooses if "
                      "absent.")),
               (trigger_word, defaulted,
                about("The word by which prompts will name the learned subject, up to 64 characters. Empty for none.")))
AINFT_ABOUT(training, "The training data of a fine-tune.")

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
  uint32_t count = 1;                          ///< number of outputs; output i has the seed `seed` + i
  std::optional<uint32_t> seed;                ///< random if absent
  uint32_t priority = 5;                       ///< 0 (last) to 9 (first), within the studio
  std::optional<runtime::time_point> start_at; ///< earliest start; at most 30 days ahead
  uint32_t time_limit = usual_time_limit;      ///< seconds from the earliest start until the job fails
};
AINFT_DESCRIBE(
  new_job, (studio, "studio_id", about("A studio of the caller. The job counts for its daily credits.")),
  (kind, one_of("image text variation upscale metadata"),
   about("`image`: pictures of what the prompt says. `text`: texts. `variation`: the source changed as the prompt "
         "says. `upscale`: the source enlarged. `metadata`: the name, description and traits of a collectible, as "
         "JSON.")),
  (provider, about("The name of a provider of `GET /v1/ai/providers` that makes this kind.")),
  (model, defaulted,
   about("The provider's name for a model, or a model of the studio. Empty for the provider's default.")),
  (prompt, defaulted,
   about(
     "What to make, up to 4000 bytes. It must be empty if a template is given. Else only an `upscale` needs none.")),
  (negative_prompt, defaulted,
   about("What must not be in the picture or text, up to 4000 bytes. It must be empty if a template is given.")),
  (source, "source_asset_id", needed_for("kind", "variation upscale"),
   about("The picture to start from: an asset of the caller.")),
  (params, defaulted, about("Parameters for the model.")),
  (count, defaulted, between(1, most_outputs), about("The number of outputs.")),
  (seed,
   about("The seed of the first output; each further output has the next seed. The platform chooses one if absent.")),
  (priority, defaulted, between(0, highest_priority),
   about("Within the studio: a job with a higher priority goes first.")),
  (start_at, about("The earliest start, at most 30 days ahead.")),
  (time_limit, defaulted, between(1, longest_time_limit),
   about("The seconds from the earliest start until the job fails if it has not ended.")))
AINFT_ABOUT(new_job, "What an AI job makes.")

/// The body of POST /v1/ai/jobs: a prompt, or a template and values for its variables.
struct job_order {
  new_job what;
  std::optional<template_id> prompt_template;
  std::optional<uint32_t> revision; ///< of the template; the latest if absent
  std::map<std::string, std::string> variables;
};
AINFT_DESCRIBE(
  job_order, (what, flattened),
  (prompt_template, "prompt_template_id",
   about("The prompt template that makes the prompts: the caller's own or a public one.")),
  (revision, "prompt_template_revision", between(1, ai::most_template_versions),
   about("A version of the template. The latest one if absent.")),
  (variables, defaulted,
   about("Values for the template's variables, by name, each up to 500 bytes. A variable without a default "
         "needs a value.")))
AINFT_ABOUT(job_order, "An order of an AI job: with a prompt, or with a template and values for its variables.")

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
  static constexpr std::string_view api_name = "JobOutput";
  std::optional<asset_id> asset;
  std::string url; ///< path of the picture at the platform's address
  uint32_t seed = 0;
  result_text text;
  friend bool operator==(const output&, const output&) = default;
};
AINFT_DESCRIBE(output, (asset, "asset_id", about("The picture, if the output is one.")),
               (url, defaulted,
                about("The picture's content, relative to the platform's URL; empty for a text. `getJob` signs it: "
                      "then it works without a token for a limited time.")),
               (seed, about("The seed of this output.")),
               (text, defaulted,
                about("The text; empty for a picture. For `metadata` and `plan`: JSON. For a `fine_tune`: the new "
                      "model's name.")))
AINFT_ABOUT(output, "A picture or a text that a job made.")

/// The usage that the provider reports.
struct job_usage {
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  uint64_t credits = 0; ///< by the platform's prices
  friend bool operator==(const job_usage&, const job_usage&) = default;
};
AINFT_DESCRIBE(job_usage,
               (input_tokens, defaulted, about("Tokens that the model read; 0 if the provider counts none.")),
               (output_tokens, defaulted, about("Tokens that the model wrote; 0 if the provider counts none.")),
               (credits, defaulted, about("The price, by the operator's price list.")))
AINFT_ABOUT(job_usage, "What a job used. All numbers are 0 until it has succeeded.")

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
  static constexpr bool shows_view = true;
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
AINFT_ABOUT(job_queued, "The job was ordered. `data` is the job.")

struct job_started {
  uint32_t attempt = 0;
  worker_name worker;
  uint32_t lease = 60;
  runtime::time_point lease_until;
};
AINFT_DESCRIBE(job_started, (attempt, about("The number of attempts that have begun.")), (worker, not_shown),
               (lease, not_shown), (lease_until, not_shown))
AINFT_ABOUT(job_started, "A worker has begun an attempt: the job is `running`.")

struct job_progressed {
  static constexpr uint16_t version = 2; ///< version 1 lacks a field; it reads as absent
  uint32_t percent = 0;
  runtime::time_point lease_until;
  result_text more; ///< text written since the last report
};
AINFT_DESCRIBE(job_progressed, (percent, shown_as("progress"), between(0, 100), about("In percent.")),
               (lease_until, not_shown), (more, defaulted, about("What was added to `partial`.")))
AINFT_ABOUT(job_progressed, "The job has made progress.")

struct job_succeeded {
  static constexpr uint16_t version = 2; ///< version 1 lacks a field; it reads as absent
  std::vector<output> outputs;
  runtime::time_point at;
  job_usage usage;
};
AINFT_DESCRIBE(job_succeeded, (outputs, about("What it made.")), (at, shown_as("ended_at"), about("When.")),
               (usage, defaulted, about("What it used.")))
AINFT_ABOUT(job_succeeded, "The job is done: it has `succeeded`.")

/// The job is in the queue again. It may start at `ready_at`.
struct job_requeued {
  reason_text reason;
  runtime::time_point ready_at;
};
AINFT_DESCRIBE(job_requeued, (reason, about("Why the attempt was in vain, or who retries the job.")),
               (ready_at, about("No worker takes it earlier.")))
AINFT_ABOUT(job_requeued, "The job is `queued` again.")

/// The work continues at the provider. A worker looks at it again at `ready_at`.
struct job_parked {
  reference_text reference;
  uint32_t percent = 0;
  runtime::time_point ready_at;
};
AINFT_DESCRIBE(job_parked, (reference, about("The provider's id of the work.")),
               (percent, shown_as("progress"), between(0, 100), about("In percent.")),
               (ready_at, about("When a worker looks at it again.")))
AINFT_ABOUT(job_parked, "The work goes on at the provider for longer, without a worker: the job stays `running`.")

/// `dead`: the automatic retries did not help, or the time ran out in the queue. An operator may look into it.
struct job_failed {
  static constexpr uint16_t version = 2; ///< version 1 lacks a field; it reads as absent
  reason_text reason;
  runtime::time_point at;
  bool dead = false;
};
AINFT_DESCRIBE(job_failed, (reason, about("Why.")), (at, shown_as("ended_at"), about("When.")),
               (dead, defaulted, about("All automatic attempts failed, or no worker took it in time.")))
AINFT_ABOUT(job_failed, "The job has `failed`. It can be retried.")

struct job_cancelled {
  runtime::time_point at;
};
AINFT_DESCRIBE(job_cancelled, (at, shown_as("ended_at"), about("When.")))
AINFT_ABOUT(job_cancelled, "The requester has canceled the job: it is `cancelled`.")

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
AINFT_DESCRIBE(
  view, id, (studio_id, about("The studio that it counts for.")), (requested_by, about("The user who ordered it.")),
  (agent_id, about("The agent that ordered it on the user's behalf.")),
  (kind, about("As ordered. `plan`: the next step of an agent. `fine_tune`: the training of a model.")),
  (state, about("`queued` and `running` jobs are not done. A `failed` or `cancelled` job can be retried.")),
  (provider, about("The provider that does the work.")),
  (model,
   about("The provider's name for the model; empty for the provider's default. Of a fine-tune: the base model.")),
  (prompt, about("What to make.")), (negative_prompt, about("What must not be in it; empty for nothing.")),
  (prompt_template, about("The template that made the prompts.")),
  (source_asset_id, about("The picture that it starts from.")), (training, about("The training data of a fine-tune.")),
  (reference, about("The provider's id of work that goes on there, such as a training.")),
  (params, about("Parameters for the model.")),
  (count, between(1, most_outputs), about("The number of ordered outputs.")),
  (seed, about("The seed of the first output.")),
  (priority, between(0, highest_priority), about("Within the studio: a job with a higher priority goes first.")),
  (progress, between(0, 100), about("In percent.")), (attempt, about("The number of attempts that have begun.")),
  (partial, about("The text so far while the job runs; else empty.")),
  (outputs, about("What it made; empty until it has succeeded.")),
  (reason, about("Why it failed, or why the latest attempt was in vain.")),
  (dead, about("It failed after all automatic attempts, or no worker took it in time. An operator may retry it.")),
  (usage, about("What it used.")), (created_at, about("When it was ordered.")),
  (ready_at, about("No worker takes it earlier.")), (fails_at, about("It fails if it has not ended by then.")),
  (ended_at, about("When it succeeded, failed or was cancelled.")))
AINFT_ABOUT(view, "An AI job: work that a provider does for a studio.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "ai_job", title = "AI job";
  using view = ai_job::view;
};

} // namespace ainft::ai_job
