#pragma once

#include "actors/ai/job/domain.hpp"
#include "actors/ai/job/queue.hpp"
#include "actors/services.hpp"
#include "net/thread_pool.hpp"

#include <caf/telemetry/gauge.hpp>

namespace ainft::ai_job {

struct worker_settings {
  size_t slots = 2;               ///< concurrent jobs
  std::chrono::seconds lease{60}; ///< the job is requeued if its worker does not report for this long
  std::string name = "worker";    ///< of this node, shown to people
  queue_settings queue;
};

/// Returns the problem with a text, or an empty string.
using text_judge = std::function<task<std::string>(std::string)>;

/// Finds the key for a studio's work at a provider. Empty: the provider's own key.
using key_finder = std::function<task<std::string>(studio_id, std::string)>;

/// Loads the conversation from which an agent's next step is planned.
using talk_finder = std::function<task<ai::conversation>(agent_id)>;

/// The workers of this node. A worker takes a job from the queue, requests the outputs from the provider, stores them
/// and reports to the job. If a worker dies, its job returns to the queue when the lease expires.
class workers {
public:
  workers(const services& s, providers& with, worker_settings settings, key_finder keys, talk_finder talks,
          text_judge moderation = {});
  ~workers();

  /// Starts to take jobs.
  void start();

  /// Handles a committed event: wakes the queue, or stops the work on a job that has ended. Thread-safe.
  void act_on(const runtime::followed_event& e);

  /// Takes no more jobs and cancels the running ones, which return to the queue. Waits for them for up to 5 seconds.
  void stop();

private:
  using watch = std::shared_ptr<ai::making>;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  void take(std::vector<handed_job> jobs);
  void take_one(const handed_job& job);
  void drop(const job_id& id);
  awaitable<void> work_on(handed_job job, watch w);
  task<caf::unit_t> check_words(const view& what);
  awaitable<void> make_all(view what, watch w);
  awaitable<void> finish(const view& what, finish_job done, caf::error bad, const watch& w);
  awaitable<void> forget_if_begun(job_id id);
  task<std::vector<ai::example>> examples_of(const training& of);
  task<ai::example> picture_of(asset_id of);
  task<ai::product> make_product(const view& what, ai::request request, const watch& w);
  awaitable<void> park(view what, ai::later until);
  awaitable<void> forget(view what);
  task<ai::request> request_of(const view& what);
  task<output> keep(const view& what, uint32_t seed, ai::product made);
  awaitable<void> report(job_id id, uint32_t attempt, watch w);
  [[nodiscard]] uint64_t price_of(const view& what, const finish_job& done) const;
  void count(std::string provider, std::string outcome);
  template <class Command>
  task<runtime::answer> tell(job_id id, Command what);
  template <class Command>
  task<runtime::answer> tell_surely(job_id id, Command what);

  const services& s_;
  providers& providers_;
  worker_settings settings_;
  key_finder keys_;
  talk_finder talks_;
  text_judge moderation_;
  net::thread_pool thread_{"ai_workers", 1}; ///< runs all of the work
  std::map<job_id, watch> working_;
  std::atomic<size_t> busy_{0};
  std::atomic<bool> stopping_{false};
  queue queue_;
  caf::telemetry::int_gauge* running_;
  caf::telemetry::int_counter_family* ended_;
};

} // namespace ainft::ai_job
