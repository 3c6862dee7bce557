#pragma once

#include "actors/ai/job/domain.hpp"
#include "actors/ai/job/moderation.hpp"
#include "actors/ai/job/providers.hpp"
#include "actors/services.hpp"

namespace ainft::ai_job {

/// What the platform allows.
struct job_rules {
  std::vector<std::string> denied_words; ///< that no prompt may have
  uint64_t daily_credits = 0;            ///< that a studio may use in a day (UTC); 0 for no limit
};

/// Where jobs are ordered, by whomever: the one place that says what is made here, with which words, and at what price.
class desk {
public:
  desk(const services& s, const providers& known, const job_rules& rules) : s_{s}, known_{known}, words_{rules.denied_words}, daily_credits_{rules.daily_credits} {}

  /// Refuses with errc::validation_failed a provider that is not here, or does not make that.
  [[nodiscard]] caf::error check_provider(std::string_view provider, kind what, std::string_view model) const;

  /// Refuses with errc::validation_failed words that are not allowed, naming `pointer`.
  [[nodiscard]] caf::error check_words(std::string_view text, const char* pointer) const { return words_.check(text, pointer); }

  /// All that an order can cost, in credits. A text's length is what it may have at most; what is given to a model beside the prompt has `more` bytes.
  [[nodiscard]] uint64_t most_credits(const new_job& what, size_t more = 0) const;

  /// An order beside what is to be made.
  struct order_details {
    std::optional<template_use> made_of;
    std::optional<agent_id> agent;   ///< who orders on the requester's behalf; then it costs no more than `most`
    uint64_t most = 0;               ///< credits
    std::optional<ai_job::training> training; ///< of a fine-tune
  };

  /// Orders a job whose studio and source are the requester's own, with a seed if it has none. Refuses with errc::quota_exceeded, errc::validation_failed; and with
  /// errc::forbidden a model that was made for another studio.
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
