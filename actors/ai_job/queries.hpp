#pragma once

#include "actors/ai_job/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"

namespace ainft::ai_job {

/// A job in a list.
struct summary {
  job_id id;
  ainft::studio_id studio_id;
  ai_job::kind kind = ai_job::kind::image;
  provider_name provider;
  model_name model;
  phase state = phase::queued;
  uint32_t priority = 5;
  uint32_t progress = 0;
  prompt_text prompt;
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, summary& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("kind", x.kind), f.field("provider", x.provider),
                            f.field("model", x.model), f.field("state", x.state), f.field("priority", x.priority),
                            f.field("progress", x.progress), f.field("prompt", x.prompt), f.field("created_at", x.created_at));
}

struct filter {
  user_id requested_by;
  std::optional<ainft::studio_id> studio;
  std::optional<phase> state;
  std::optional<ai_job::kind> kind;
};

/// A user's jobs by id, one more than the page's limit if there are more.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page);

/// A prompt that a user has ordered something with.
struct used_prompt {
  prompt_text prompt;
  uint64_t jobs = 0;
  job_id latest;
  runtime::time_point used_at; ///< the last time
};

template <class Inspector>
bool inspect(Inspector& f, used_prompt& x) {
  return f.object(x).fields(f.field("prompt", x.prompt), f.field("jobs", x.jobs), f.field("latest_job_id", x.latest), f.field("used_at", x.used_at));
}

/// A user's prompts, each once, the latest first, at most `count`.
[[nodiscard]] std::vector<used_prompt> prompt_history(persistence::session& db, const user_id& of, const std::optional<ainft::studio_id>& studio, size_t count);

/// A model that a studio has had made.
struct studio_model {
  job_id job; ///< the fine-tune
  std::string provider;
  std::string model; ///< the provider's word for it, for jobs
  std::string name;
  std::string base; ///< what it was made from
  runtime::time_point made_at;
};

template <class Inspector>
bool inspect(Inspector& f, studio_model& x) {
  return f.object(x).fields(f.field("job_id", x.job), f.field("provider", x.provider), f.field("model", x.model), f.field("name", x.name),
                            f.field("base_model", x.base), f.field("made_at", x.made_at));
}

/// A studio's models, the oldest first.
[[nodiscard]] std::vector<studio_model> models_of(persistence::session& db, const ainft::studio_id& studio);

/// Whether a model was made for other studios only.
[[nodiscard]] bool is_anothers_model(persistence::session& db, const ainft::studio_id& studio, std::string_view provider, std::string_view model);

/// What a studio's jobs took at one provider in one day.
struct day_usage {
  std::string day; ///< "2026-11-25", UTC
  std::string provider;
  uint64_t jobs = 0;
  uint64_t things = 0; ///< pictures and texts
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  uint64_t credits = 0;
};

template <class Inspector>
bool inspect(Inspector& f, day_usage& x) {
  return f.object(x).fields(f.field("day", x.day), f.field("provider", x.provider), f.field("jobs", x.jobs), f.field("things", x.things),
                            f.field("input_tokens", x.input_tokens), f.field("output_tokens", x.output_tokens), f.field("credits", x.credits));
}

/// The last `days` days, the latest first; of all studios together where none is named.
[[nodiscard]] std::vector<day_usage> usage(persistence::session& db, const std::optional<ainft::studio_id>& studio, size_t days);

/// Credits that a studio has used today, with those that its jobs under way are expected to.
[[nodiscard]] uint64_t credits_today(persistence::session& db, const ainft::studio_id& studio);

/// A job whose turn it is.
struct turn {
  job_id job;
  std::string provider;
};

/// The jobs whose turn it is, of `providers`: at most `count`, without those in `dispatched`. Studios take turns, whatever number of jobs each
/// has waiting, dispatched or running; within a studio the priority decides, then the age.
[[nodiscard]] std::vector<turn> next_in_turn(persistence::session& db, const std::vector<std::string>& providers,
                                             const std::vector<runtime::uuid>& dispatched, size_t count);

/// Jobs that were tried as often as is done by itself, one more than the page's limit if there are more.
[[nodiscard]] std::vector<summary> list_dead(persistence::session& db, const http::page& page);

} // namespace ainft::ai_job
