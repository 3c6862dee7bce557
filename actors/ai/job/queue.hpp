#pragma once

#include "actors/ai/job/providers.hpp"
#include "actors/ai/job/queries.hpp"
#include "persistence/database.hpp"
#include "persistence/redis_connection.hpp"

#include <caf/actor_system.hpp>
#include <caf/telemetry/counter.hpp>

#include <condition_variable>
#include <thread>
#include <unordered_map>
#include <unordered_set>

namespace ainft::ai_job {

/// A job that is handed to a worker.
struct handed_job {
  job_id id;
  std::string provider;
  std::string entry; ///< of the provider's stream; empty where the job came without Redis
};

struct queue_settings {
  std::string redis;    ///< address
  std::string database; ///< name, so that platforms that share a Redis do not share jobs
  std::string consumer; ///< this node's name, unique
};

/// Brings jobs to workers. PostgreSQL says whose turn it is, Redis Streams carry jobs to the nodes' workers: one node at a time, by a lease in Redis, keeps each
/// provider's stream as full as the workers of all nodes can use (so that the turns stay just), and every node reads as the consumer
/// group `workers` what it has room for. An entry is acknowledged when the job has been begun; one whose node is gone is claimed by another. What Redis loses is dispatched
/// again, since the job waits in PostgreSQL; without Redis, jobs come from PostgreSQL directly. A job that comes twice is begun once: the job itself sees to that.
class queue {
public:
  struct worker_side {
    std::function<size_t()> free_slots;              ///< how many more can be worked on
    std::function<void(std::vector<handed_job>)> take; ///< called in the queue's thread
  };

  queue(caf::actor_system& system, const persistence::database& db, providers& with, queue_settings settings, worker_side workers);
  ~queue() { stop(); }

  void start(size_t slots);
  void stop();

  /// There is something to do: a job is ready, or a worker is free. From any thread.
  void wake();

  /// A job that was handed out was begun, or is not to be had. From any thread.
  void settle(const handed_job& job);

private:
  using clock = std::chrono::steady_clock;
  using commands = std::vector<std::vector<std::string>>;

  void run();
  bool wait();
  bool work_safely();
  /// False where Redis does not answer.
  bool work_with_redis();
  void work_without_redis();
  bool settle_entries();
  bool tell_capacity();
  bool lead();
  bool take_lead();
  bool dispatch();
  bool claim_lost();
  bool receive();
  [[nodiscard]] std::vector<turn> next(size_t count);
  [[nodiscard]] std::vector<std::string> with_room();
  [[nodiscard]] std::string key(std::string_view of) const { return prefix_ + std::string{of}; }
  [[nodiscard]] std::string stream_of(std::string_view provider) const { return key("jobs:" + std::string{provider}); }
  void add_entries(const redisReply* entries, const std::string& provider, std::vector<handed_job>& to);

  const persistence::database& db_;
  providers& providers_;
  queue_settings settings_;
  worker_side workers_;
  std::string prefix_;
  persistence::redis_connection redis_;
  size_t slots_ = 0;
  size_t capacity_ = 0; ///< of all nodes
  std::unordered_set<std::string> groups_;
  std::unordered_map<runtime::uuid, clock::time_point> dispatched_; ///< jobs that are in a stream, or were lately
  bool leads_ = false;
  clock::time_point capacity_told_, claimed_, lead_asked_;
  std::mutex mutex_;
  std::condition_variable awake_;
  bool woken_ = false, stopping_ = false;
  std::vector<handed_job> settled_;
  std::thread thread_;
  caf::telemetry::int_counter* handed_redis_;
  caf::telemetry::int_counter* handed_directly_;
};

} // namespace ainft::ai_job
