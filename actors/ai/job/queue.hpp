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

/// A job for a worker of this node.
struct handed_job {
  job_id id;
  std::string provider;
  std::string entry; ///< id of the stream's entry; empty if the job came from PostgreSQL directly
};

struct queue_settings {
  std::string redis;    ///< address
  std::string database; ///< its name keeps platforms apart that share a Redis
  std::string consumer; ///< this node's name, unique
};

/// Brings jobs to workers. PostgreSQL decides the order, and Redis Streams carry the jobs to the nodes.
/// One node at a time is the dispatcher, by a lease in Redis. It keeps just enough entries in each provider's stream
/// for the workers of all nodes, so that the order stays fair. Every node reads as the consumer group `workers`, as
/// many entries as it has room for. A node acknowledges an entry when the job has started. If the node is gone, another
/// one claims the entry.
/// Jobs stay in PostgreSQL until they end, so the dispatcher dispatches again what Redis loses. Without Redis, jobs
/// come from PostgreSQL directly. A job that is delivered twice starts once: start_job refuses the second worker.
class queue {
public:
  struct worker_side {
    std::function<size_t()> free_slots;                ///< how many more jobs this node can work on
    std::function<void(std::vector<handed_job>)> take; ///< called in the queue's thread
  };

  queue(caf::actor_system& system, const persistence::database& db, providers& with, queue_settings settings,
        worker_side workers);
  ~queue() { stop(); }

  void start(size_t slots);
  void stop();

  /// Wakes the queue: a job is ready, or a worker is free. Thread-safe.
  void wake();

  /// Acknowledges a job's entry: the job has started, or cannot start. Thread-safe.
  void settle(const handed_job& job);

private:
  using clock = std::chrono::steady_clock;
  using commands = std::vector<std::vector<std::string>>;

  void run();
  bool wait();
  bool work_safely();
  /// Returns false if Redis does not answer.
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
  size_t capacity_ = 0; ///< slots of all nodes
  std::unordered_set<std::string> groups_;
  /// Jobs in a stream, now or recently, with the time of their dispatch.
  std::unordered_map<runtime::uuid, clock::time_point> dispatched_;
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
