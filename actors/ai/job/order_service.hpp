#pragma once

#include "actors/ai/job/domain.hpp"
#include "actors/ai/job/moderation.hpp"
#include "actors/ai/job/providers.hpp"
#include "actors/services.hpp"

namespace ainft::ai_job {

/// The operator's rules for jobs.
struct job_rules {
  std::vector<std::string> denied_words; ///< no prompt may contain them
  uint64_t daily_credits = 0;            ///< per studio and UTC day; 0 for no limit
};

/// All jobs are ordered here, for users and for agents. The order_service checks the provider, the words, the model and
/// the quota, and sets the price.
class order_service {
public:
  order_service(const services& s, const providers& known, const job_rules& rules)
    : s_{s}, known_{known}, words_{rules.denied_words}, daily_credits_{rules.daily_credits} {}

  /// Refuses with errc::validation_failed if the provider is unknown, or does not make this kind with this model.
  [[nodiscard]] caf::error check_provider(std::string_view provider, kind what, std::string_view model) const;

  /// Refuses with errc::validation_failed, at the field `pointer`, a text that contains a denied word.
  [[nodiscard]] caf::error check_words(std::string_view text, const char* pointer) const {
    return words_.check(text, pointer);
  }

  /// The highest possible price of an order, in credits. A text counts with its maximum length. `more` is the size in
  /// bytes of what the model gets beside the prompt.
  [[nodiscard]] uint64_t most_credits(const new_job& what, size_t more = 0) const;

  /// The parts of an order that are not in new_job.
  struct order_details {
    std::optional<template_use> made_of;
    std::optional<agent_id> agent;            ///< orders on the requester's behalf; the job then costs at most `most`
    uint64_t most = 0;                        ///< credits
    std::optional<ai_job::training> training; ///< of a fine-tune
  };

  /// Orders a job. The caller has checked that the studio and the source belong to the requester. Sets a random seed if
  /// there is none. Refuses with errc::quota_exceeded, errc::validation_failed, or errc::forbidden (the model belongs
  /// to another studio).
  task<runtime::answer> order(job_id id, new_job what, order_details details, runtime::command_context context) const;

private:
  task<caf::unit_t> check_model(studio_id studio, std::string provider, std::string model) const;
  task<caf::unit_t> check_quota(studio_id studio, uint64_t cost) const;

  const services& s_;
  const providers& known_;
  moderation words_;
  uint64_t daily_credits_;
};

} // namespace ainft::ai_job
