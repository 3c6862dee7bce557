#pragma once

#include "actors/ids.hpp"
#include "net/ai/provider.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

#include <map>

namespace ainft::ai_job {

using kind = ai::work;

enum class phase : uint8_t { queued, running, succeeded, failed, cancelled };
constexpr auto enum_names(phase) {
  return std::array<std::string_view, 5>{"queued", "running", "succeeded", "failed", "cancelled"};
}

using prompt_text = runtime::paragraph_text<0, 4000>;
using provider_name = runtime::bounded_text<1, 40>;
using model_name = runtime::bounded_text<0, 200>;
using worker_name = runtime::bounded_text<1, 100>;
using reason_text = std::string;
using reference_text = runtime::bounded_text<1, 200>;
using result_text = runtime::bounded_text<0, 65'536>;

/// How it is made. What is absent is the provider's choice.
struct generation_params {
  uint32_t width = 1024; ///< pixels, 64 to 2048
  uint32_t height = 1024;
  std::optional<uint32_t> steps;      ///< 1 to 200
  std::optional<double> guidance;     ///< 0 to 50: how closely a model follows the prompt
  std::optional<double> strength;     ///< of a variation, 0 to 1: how far from the source; 0.6 if absent
  std::optional<uint32_t> scale;      ///< of an upscale: 2 or 4; 2 if absent
  std::optional<uint32_t> max_tokens; ///< of a text, 1 to 16384
  std::optional<double> temperature;  ///< of a text, 0 to 2
  friend bool operator==(const generation_params&, const generation_params&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, generation_params& x) {
  return f.object(x).fields(f.field("width", x.width).fallback(uint32_t{1024}), f.field("height", x.height).fallback(uint32_t{1024}),
                            f.field("steps", x.steps), f.field("guidance", x.guidance), f.field("strength", x.strength), f.field("scale", x.scale),
                            f.field("max_tokens", x.max_tokens), f.field("temperature", x.temperature));
}

constexpr uint32_t usual_time_limit = 600, longest_time_limit = 86'400; ///< seconds
constexpr size_t most_examples = 100; ///< of a fine-tune

/// The template that a prompt was made of.
struct template_use {
  template_id id;
  uint32_t revision = 1;
  friend bool operator==(const template_use&, const template_use&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, template_use& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("revision", x.revision));
}

using caption_text = runtime::paragraph_text<0, 2000>;
using trigger_word = runtime::display_text<64, 256, 0>;

struct training_example {
  asset_id asset;
  caption_text caption;
  friend bool operator==(const training_example&, const training_example&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, training_example& x) {
  return f.object(x).fields(f.field("asset_id", x.asset), f.field("caption", x.caption).fallback(caption_text{}));
}

/// What a fine-tune makes a model of.
struct training {
  runtime::slug name;
  std::vector<training_example> examples; ///< 1 to 100, each picture once
  std::optional<uint32_t> steps;          ///< 1 to 10000, as the provider counts them (OpenAI's epochs)
  ai_job::trigger_word trigger_word;      ///< that prompts will call by what was learnt
  friend bool operator==(const training&, const training&) = default;
};

/// The fields of a training, for those who have more beside them.
template <class Inspector>
auto training_fields(Inspector& f, training& x) {
  return std::make_tuple(f.field("name", x.name), f.field("examples", x.examples), f.field("steps", x.steps),
                         f.field("trigger_word", x.trigger_word).fallback(ai_job::trigger_word{}));
}

template <class Inspector>
bool inspect(Inspector& f, training& x) {
  return std::apply([&](auto&&... fields) { return f.object(x).fields(std::move(fields)...); }, training_fields(f, x));
}

/// What is ordered: most of the body of POST /v1/ai/jobs.
struct new_job {
  ainft::studio_id studio;
  ai_job::kind kind = ai_job::kind::image;
  provider_name provider;
  model_name model;
  prompt_text prompt;
  prompt_text negative_prompt; ///< what must not be in it
  std::optional<asset_id> source; ///< the picture that a variation or an upscale begins with
  generation_params params;
  uint32_t count = 1;            ///< things, 1 to 8; each has a seed of its own, counted up from the first
  std::optional<uint32_t> seed;  ///< chosen if absent
  uint32_t priority = 5;         ///< 0 the last, 9 the first, within the studio
  std::optional<runtime::time_point> start_at; ///< not before; at most 30 days ahead
  uint32_t time_limit = usual_time_limit; ///< seconds from when it may start until it fails, 1 to 86400
};

/// The fields of a new_job, for those who have more beside them.
template <class Inspector>
auto job_fields(Inspector& f, new_job& x) {
  return std::make_tuple(f.field("studio_id", x.studio), f.field("kind", x.kind), f.field("provider", x.provider),
                         f.field("model", x.model).fallback(model_name{}), f.field("prompt", x.prompt).fallback(prompt_text{}),
                         f.field("negative_prompt", x.negative_prompt).fallback(prompt_text{}), f.field("source_asset_id", x.source),
                         f.field("params", x.params).fallback(generation_params{}), f.field("count", x.count).fallback(uint32_t{1}),
                         f.field("seed", x.seed), f.field("priority", x.priority).fallback(uint32_t{5}), f.field("start_at", x.start_at),
                         f.field("time_limit", x.time_limit).fallback(usual_time_limit));
}

template <class Inspector>
bool inspect(Inspector& f, new_job& x) {
  return std::apply([&](auto&&... fields) { return f.object(x).fields(std::move(fields)...); }, job_fields(f, x));
}

/// The body of POST /v1/ai/jobs: a prompt, or a template with what its variables are to be.
struct job_order {
  new_job what;
  std::optional<template_id> prompt_template;
  std::optional<uint32_t> revision; ///< of the template; the present one if absent
  std::map<std::string, std::string> variables;
};

template <class Inspector>
bool inspect(Inspector& f, job_order& x) {
  return std::apply([&](auto&&... fields) {
    return f.object(x).fields(std::move(fields)..., f.field("prompt_template_id", x.prompt_template), f.field("prompt_template_revision", x.revision),
                              f.field("variables", x.variables).fallback(std::map<std::string, std::string>{}));
  }, job_fields(f, x.what));
}

struct create_job {
  static constexpr bool creates = true;
  job_id id;
  new_job what; ///< with its seed
  std::optional<template_use> made_of;
  uint64_t expected_credits = 0; ///< for an agent's job, all that it may cost
  std::optional<agent_id> agent; ///< that orders it on its owner's behalf
  std::optional<ai_job::training> training; ///< of a fine-tune
};

template <class Inspector>
bool inspect(Inspector& f, create_job& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("what", x.what), f.field("made_of", x.made_of), f.field("expected_credits", x.expected_credits),
                            f.field("agent", x.agent), f.field("training", x.training));
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
  result_text more;     ///< what was written since the last one
};

template <class Inspector>
bool inspect(Inspector& f, report_progress& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("percent", x.percent), f.field("more", x.more).fallback(result_text{}));
}

/// What was made: a picture, which is an asset, or a text; metadata is a JSON object's text.
struct output {
  std::optional<asset_id> asset;
  std::string url; ///< path of the picture under the platform's address
  uint32_t seed = 0;
  result_text text;
  friend bool operator==(const output&, const output&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, output& x) {
  return f.object(x).fields(f.field("asset_id", x.asset), f.field("url", x.url).fallback(std::string{}), f.field("seed", x.seed),
                            f.field("text", x.text).fallback(result_text{}));
}

/// What it took, as far as the provider said.
struct job_usage {
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  uint64_t credits = 0; ///< by the platform's prices
  friend bool operator==(const job_usage&, const job_usage&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, job_usage& x) {
  return f.object(x).fields(f.field("input_tokens", x.input_tokens).fallback(uint64_t{0}), f.field("output_tokens", x.output_tokens).fallback(uint64_t{0}),
                            f.field("credits", x.credits).fallback(uint64_t{0}));
}

struct finish_job {
  uint32_t attempt = 0;
  std::vector<output> outputs;
  job_usage usage;
};

template <class Inspector>
bool inspect(Inspector& f, finish_job& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("outputs", x.outputs), f.field("usage", x.usage));
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

/// The provider has begun what takes its time: it is looked at again later, and no worker waits for it.
struct park_job {
  uint32_t attempt = 0;
  reference_text reference; ///< the provider's own
  uint32_t after = 30;      ///< seconds
  uint32_t percent = 0;
};

template <class Inspector>
bool inspect(Inspector& f, park_job& x) {
  return f.object(x).fields(f.field("attempt", x.attempt), f.field("reference", x.reference), f.field("after", x.after), f.field("percent", x.percent));
}

struct cancel_job {};

template <class Inspector>
bool inspect(Inspector& f, cancel_job& x) {
  return f.object(x).fields();
}

/// Once more, after it failed or was cancelled, with its whole time limit. (An operator's comes on behalf of the platform.)
struct retry_job {};

template <class Inspector>
bool inspect(Inspector& f, retry_job& x) {
  return f.object(x).fields();
}

// -- events ---------------------------------------------------------------------------------------------------------

struct job_queued {
  static constexpr uint16_t version = 3; ///< older ones had less, which is as if it were absent
  job_id id;
  user_id requested_by;
  new_job what;
  runtime::time_point at;
  std::optional<template_use> made_of;
  uint64_t expected_credits = 0;
  std::optional<agent_id> agent;
  std::optional<ai_job::training> training;
};

template <class Inspector>
bool inspect(Inspector& f, job_queued& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("requested_by", x.requested_by), f.field("what", x.what), f.field("at", x.at),
                            f.field("made_of", x.made_of), f.field("expected_credits", x.expected_credits).fallback(uint64_t{0}), f.field("agent", x.agent), f.field("training", x.training));
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
  static constexpr uint16_t version = 2; ///< 1 had less, which is as if it were absent
  uint32_t percent = 0;
  runtime::time_point lease_until;
  result_text more; ///< what was written since the last one
};

template <class Inspector>
bool inspect(Inspector& f, job_progressed& x) {
  return f.object(x).fields(f.field("percent", x.percent), f.field("lease_until", x.lease_until), f.field("more", x.more).fallback(result_text{}));
}

struct job_succeeded {
  static constexpr uint16_t version = 2; ///< 1 had less, which is as if it were absent
  std::vector<output> outputs;
  runtime::time_point at;
  job_usage usage;
};

template <class Inspector>
bool inspect(Inspector& f, job_succeeded& x) {
  return f.object(x).fields(f.field("outputs", x.outputs), f.field("at", x.at), f.field("usage", x.usage).fallback(job_usage{}));
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

/// It goes on at the provider, and is looked at again from `ready_at` on.
struct job_parked {
  reference_text reference;
  uint32_t percent = 0;
  runtime::time_point ready_at;
};

template <class Inspector>
bool inspect(Inspector& f, job_parked& x) {
  return f.object(x).fields(f.field("reference", x.reference), f.field("percent", x.percent), f.field("ready_at", x.ready_at));
}

/// `dead` says that it was tried as often as is done by itself: an operator may look into it.
struct job_failed {
  static constexpr uint16_t version = 2; ///< 1 had less, which is as if it were absent
  reason_text reason;
  runtime::time_point at;
  bool dead = false;
};

template <class Inspector>
bool inspect(Inspector& f, job_failed& x) {
  return f.object(x).fields(f.field("reason", x.reason), f.field("at", x.at), f.field("dead", x.dead).fallback(false));
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
  std::optional<ainft::agent_id> agent_id; ///< that ordered it on behalf of who requested it
  ai_job::kind kind = ai_job::kind::image;
  phase state = phase::queued;
  provider_name provider;
  model_name model;
  prompt_text prompt;
  prompt_text negative_prompt;
  std::optional<template_use> prompt_template;
  std::optional<asset_id> source_asset_id;
  std::optional<ai_job::training> training;
  std::optional<reference_text> reference; ///< of what was begun at the provider
  generation_params params;
  uint32_t count = 1;
  uint32_t seed = 0;
  uint32_t priority = 5;
  uint32_t progress = 0; ///< per cent
  uint32_t attempt = 0;  ///< how often a worker has taken it
  result_text partial;   ///< while it runs: what is written already
  std::vector<output> outputs;
  std::optional<reason_text> reason; ///< why it failed, or why it is in the queue again
  bool dead = false;                 ///< it was tried as often as is done by itself
  job_usage usage;
  runtime::time_point created_at;
  runtime::time_point ready_at; ///< while it is queued, or goes on at the provider: not taken before
  runtime::time_point fails_at; ///< if it has not ended by then
  std::optional<runtime::time_point> ended_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("requested_by", x.requested_by),
                            f.field("agent_id", x.agent_id), f.field("kind", x.kind), f.field("state", x.state), f.field("provider", x.provider), f.field("model", x.model),
                            f.field("prompt", x.prompt), f.field("negative_prompt", x.negative_prompt),
                            f.field("prompt_template", x.prompt_template), f.field("source_asset_id", x.source_asset_id),
                            f.field("training", x.training), f.field("reference", x.reference), f.field("params", x.params), f.field("count", x.count),
                            f.field("seed", x.seed), f.field("priority", x.priority), f.field("progress", x.progress),
                            f.field("attempt", x.attempt), f.field("partial", x.partial), f.field("outputs", x.outputs),
                            f.field("reason", x.reason), f.field("dead", x.dead), f.field("usage", x.usage),
                            f.field("created_at", x.created_at), f.field("ready_at", x.ready_at), f.field("fails_at", x.fails_at),
                            f.field("ended_at", x.ended_at));
}

} // namespace ainft::ai_job

CAF_BEGIN_TYPE_ID_BLOCK(ainft_ai_job, ainft::runtime::capability_type_ids(8))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::create_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::start_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::report_progress))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::finish_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::fail_attempt))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::park_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::cancel_job))
  CAF_ADD_TYPE_ID(ainft_ai_job, (ainft::ai_job::retry_job))
CAF_END_TYPE_ID_BLOCK(ainft_ai_job)
