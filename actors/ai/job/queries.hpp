#pragma once

#include "actors/ai/job/protocol.hpp"
#include "actors/list_reader.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

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
AINFT_DESCRIBE(summary, id, (studio_id, about("The studio that it counts for.")),
               (kind, about("As in the job itself.")), (provider, about("The provider that does the work.")),
               (model, about("The provider's name for the model; empty for the provider's default.")),
               (state, about("As in the job itself.")),
               (priority, between(0, highest_priority), about("A job with a higher priority goes first.")),
               (progress, between(0, 100), about("In percent.")), (prompt, about("What to make.")),
               (created_at, about("When it was ordered.")))
AINFT_ABOUT(summary, "An AI job in a list.")

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<phase> state;
  std::optional<ai_job::kind> kind;
};
AINFT_DESCRIBE(filter, (studio, "studio_id", about("Only jobs of this studio.")),
               (state, about("Only jobs in this state.")), (kind, about("Only jobs of this kind.")))

/// The jobs of `who` in the order of their ids. Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

/// A prompt of a user's orders.
struct used_prompt {
  prompt_text prompt;
  uint64_t jobs = 0;
  job_id latest;
  runtime::time_point used_at; ///< its latest use
};
AINFT_DESCRIBE(used_prompt, (prompt, about("The prompt.")),
               (jobs, about("The number of jobs that were ordered with it.")),
               (latest, "latest_job_id", about("The latest of these jobs.")),
               (used_at, about("When that job was ordered.")))
AINFT_ABOUT(used_prompt, "A prompt of the caller's orders.")

/// A user's distinct prompts, latest first, at most `count`.
[[nodiscard]] std::vector<used_prompt> prompt_history(persistence::session& db, const user_id& of,
                                                      const std::optional<ainft::studio_id>& studio, size_t count);

/// A model that was trained for a studio.
struct studio_model {
  job_id job; ///< the fine-tune
  std::string provider;
  std::string model; ///< the provider's name of it; orders use this
  std::string name;
  std::string base; ///< the model that the training started from
  runtime::time_point made_at;
};
AINFT_DESCRIBE(studio_model, (job, "job_id", about("The fine-tune that made it.")),
               (provider, about("The provider that has it.")),
               (model, about("Its name at the provider: the `model` of orders.")),
               (name, about("Its name in the fine-tune's order.")),
               (base, "base_model", about("The model that the training started from.")),
               (made_at, about("When the training ended.")))
AINFT_ABOUT(studio_model, "A model that was trained for a studio.")

/// A studio's models, oldest first, at most 1000.
[[nodiscard]] std::vector<studio_model> models_of(persistence::session& db, const ainft::studio_id& studio);

/// Whether the model was trained for other studios only.
[[nodiscard]] bool is_anothers_model(persistence::session& db, const ainft::studio_id& studio,
                                     std::string_view provider, std::string_view model);

/// Usage of one provider on one day.
struct day_usage {
  static constexpr std::string_view api_name = "AiUsage";
  std::string day; ///< "2026-11-25", UTC
  std::string provider;
  uint64_t jobs = 0;
  uint64_t things = 0; ///< pictures and texts
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(day_usage, (day, about("The day in UTC, for example 2026-11-25.")),
               (provider, about("The provider's name.")), (jobs, about("The number of jobs that succeeded.")),
               (things, about("The number of pictures and texts.")),
               (input_tokens, about("Tokens that its models read, as far as it counts them.")),
               (output_tokens, about("Tokens that its models wrote, as far as it counts them.")),
               (credits, about("The price of the jobs, by the operator's price list.")))
AINFT_ABOUT(day_usage, "The use of one provider on one day.")

/// Usage in the last `days` days, latest first. Without a studio, the sum over all studios.
[[nodiscard]] std::vector<day_usage> usage(persistence::session& db, const std::optional<ainft::studio_id>& studio,
                                           size_t days);

/// Credits that the studio has used today (UTC), plus the expected price of its jobs in the queue.
[[nodiscard]] uint64_t credits_today(persistence::session& db, const ainft::studio_id& studio);

/// A job that may start now.
struct turn {
  job_id job;
  std::string provider;
};

/// The next jobs of `providers`: at most `count`, without those in `dispatched`. Studios take turns, however many jobs
/// each one has; dispatched and running jobs count as turns. Within a studio, higher priority goes first, then the
/// older job.
[[nodiscard]] std::vector<turn> next_in_turn(persistence::session& db, const std::vector<std::string>& providers,
                                             const std::vector<runtime::uuid>& dispatched, size_t count);

/// Jobs that failed with `dead` (see job_failed). Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<summary> list_dead(persistence::session& db, const list_reader& who, const no_filter&,
                                             const http::page& page);

} // namespace ainft::ai_job
