#include "actors/ai/job/queue.hpp"

#include "runtime/guard.hpp"

#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

#include <future>

namespace ainft::ai_job {

using std::chrono::milliseconds;

namespace {

/// Longest wait between two rounds. A job that reaches its `ready_at` publishes no event, so the queue polls.
constexpr milliseconds look_every{250};

/// If a dispatched job still waits after this time, the queue assumes that its entry is lost, and dispatches it again.
constexpr milliseconds dispatch_again{5'000};

/// The queue claims an entry if its reader has not acknowledged it for this long.
constexpr milliseconds claim_after{10'000};

constexpr milliseconds capacity_every{1'000}, capacity_holds{5'000}, lead_every{1'000}, lead_for{3'000};

/// The streams hold up to this many times the capacity of all workers, so that workers do not wait for the dispatcher.
constexpr size_t ahead = 2;

constexpr auto group = "workers";

bool failed(const persistence::redis_reply& r) { return !r || r->type == REDIS_REPLY_ERROR; }

std::string_view text_of(const redisReply* r) { return {r->str, r->len}; }

int64_t unix_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

} // namespace

queue::queue(caf::actor_system& system, const persistence::database& db, providers& with, queue_settings settings,
             worker_side workers)
  : db_{db}, providers_{with}, settings_{std::move(settings)}, workers_{std::move(workers)},
    prefix_{"ainft:" + settings_.database + ":ai:"}, redis_{settings_.redis} {
  auto* family = system.metrics().counter_family("ainft", "ai_jobs_handed", {"by"},
                                                 "AI jobs assigned to this node's workers", "1", true);
  handed_redis_ = family->get_or_add({{"by", "redis"}});
  handed_directly_ = family->get_or_add({{"by", "postgresql"}});
}

void queue::start(size_t slots) {
  slots_ = slots;
  thread_ = std::thread{[this] { run(); }};
}

void queue::stop() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  awake_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void queue::wake() {
  {
    std::lock_guard guard{mutex_};
    woken_ = true;
  }
  awake_.notify_all();
}

void queue::settle(const handed_job& job) {
  std::lock_guard guard{mutex_};
  if (!job.entry.empty())
    settled_.push_back(job);
}

void queue::run() {
  bool with_redis = true;
  runtime::repeat_guarded("ai_queue", [&] {
    if (!wait())
      return false;
    const bool answered = work_safely();
    if (answered != std::exchange(with_redis, answered))
      spdlog::warn("AI jobs: Redis {}",
                   answered ? "responds again" : "does not respond; jobs are read from PostgreSQL directly");
    return true;
  });
  runtime::guarded("ai_queue", [this] {
    settle_entries();
    (void)redis_.run({"HDEL", key("workers"), settings_.consumer});
  });
}

/// Waits for wake() or the poll interval. Returns false after stop().
bool queue::wait() {
  std::unique_lock lock{mutex_};
  awake_.wait_for(lock, look_every, [this] { return woken_ || stopping_; });
  woken_ = false;
  return !stopping_;
}

/// One round; false if it ran without Redis. If a round throws, the next one starts from scratch. Jobs stay in
/// PostgreSQL.
bool queue::work_safely() {
  try {
    if (work_with_redis())
      return true;
    work_without_redis();
  } catch (const std::exception& e) {
    spdlog::error("AI jobs: a round of the queue failed: {}", e.what());
    groups_.clear();
    dispatched_.clear();
  }
  return false;
}

bool queue::work_with_redis() {
  return settle_entries() && tell_capacity() && (!lead() || dispatch()) && claim_lost() && receive();
}

void queue::work_without_redis() {
  groups_.clear();
  dispatched_.clear();
  const auto free = workers_.free_slots();
  if (free == 0)
    return;
  std::vector<handed_job> jobs;
  for (auto& t : next(free))
    jobs.push_back({t.job, std::move(t.provider), ""});
  handed_directly_->inc(static_cast<int64_t>(jobs.size()));
  if (!jobs.empty())
    workers_.take(std::move(jobs));
}

bool queue::settle_entries() {
  std::vector<handed_job> done;
  {
    std::lock_guard guard{mutex_};
    done.swap(settled_);
  }
  commands all;
  for (const auto& j : done) {
    const auto stream = stream_of(j.provider);
    dispatched_.erase(j.id.get()); // the job may be requeued, and must then be dispatched at once
    all.push_back({"XACK", stream, group, j.entry});
    all.push_back({"XDEL", stream, j.entry});
  }
  return redis_.run_all(all).size() == all.size();
}

/// Publishes the number of this node's slots, and reads the total of all nodes.
bool queue::tell_capacity() {
  const auto now = clock::now();
  if (now - capacity_told_ < capacity_every)
    return true;
  const auto replies = redis_.run_all(
    {{"HSET", key("workers"), settings_.consumer, std::to_string(unix_ms()) + " " + std::to_string(slots_)},
     {"HGETALL", key("workers")}});
  if (replies.size() < 2 || failed(replies[0]) || failed(replies[1]))
    return false;
  capacity_told_ = now;
  capacity_ = 0;
  for (size_t i = 1; i < replies[1]->elements; i += 2) {
    const std::string value{text_of(replies[1]->element[i])};
    if (unix_ms() - std::atoll(value.c_str()) < capacity_holds.count())
      capacity_ += static_cast<size_t>(std::atoll(value.c_str() + value.find(' ') + 1));
    else if (replies[1]->element[i - 1]->type == REDIS_REPLY_STRING)
      (void)redis_.run({"HDEL", key("workers"), std::string{text_of(replies[1]->element[i - 1])}});
  }
  return true;
}

/// Whether this node is the dispatcher. For a moment two nodes may both be: they dispatch some jobs twice, which is
/// harmless.
bool queue::lead() {
  const auto now = clock::now();
  if (now - lead_asked_ < lead_every)
    return leads_;
  lead_asked_ = now;
  leads_ = take_lead();
  return leads_;
}

bool queue::take_lead() {
  const auto lease = std::to_string(lead_for.count());
  const auto taken = redis_.run({"SET", key("dispatcher"), settings_.consumer, "NX", "PX", lease});
  if (taken && taken->type == REDIS_REPLY_STATUS)
    return true;
  const auto holder = redis_.run({"GET", key("dispatcher")});
  if (!holder || holder->type != REDIS_REPLY_STRING || text_of(holder.get()) != settings_.consumer)
    return false;
  (void)redis_.run({"PEXPIRE", key("dispatcher"), lease});
  return true;
}

/// The providers that can take a job now. Jobs of other providers stay in PostgreSQL and keep their turn.
std::vector<std::string> queue::with_room() {
  std::vector<std::string> out;
  for (auto& name : providers_.names())
    if (providers_.room_of(name, 1) > 0)
      out.push_back(std::move(name));
  return out;
}

std::vector<turn> queue::next(size_t count) {
  const auto names = with_room();
  if (names.empty())
    return {};
  std::vector<runtime::uuid> there;
  there.reserve(dispatched_.size());
  for (const auto& [id, since] : dispatched_)
    there.push_back(id);
  auto answered = std::make_shared<std::promise<runtime::result<std::vector<turn>>>>();
  auto answer = answered->get_future();
  db_.run([names, there, count](persistence::session& db) { return next_in_turn(db, names, there, count); },
          [answered](runtime::result<std::vector<turn>> found) { answered->set_value(std::move(found)); });
  auto found = answer.get();
  return found ? std::move(*found) : std::vector<turn>{};
}

bool queue::dispatch() {
  const auto now = clock::now();
  commands lengths;
  for (const auto& name : providers_.names()) {
    const auto stream = stream_of(name);
    if (!groups_.contains(name)) {
      const auto made = redis_.run({"XGROUP", "CREATE", stream, group, "0", "MKSTREAM"});
      if (!made || (made->type == REDIS_REPLY_ERROR && !text_of(made.get()).starts_with("BUSYGROUP")))
        return false;
      groups_.insert(name);
    }
    lengths.push_back({"XLEN", stream});
  }
  size_t there = 0;
  const auto replies = redis_.run_all(lengths);
  if (replies.size() < lengths.size())
    return false;
  for (const auto& r : replies)
    there += r->type == REDIS_REPLY_INTEGER ? static_cast<size_t>(r->integer) : 0;
  const auto wanted = std::max<size_t>(1, capacity_) * ahead;
  std::erase_if(dispatched_, [&](const auto& d) { return now - d.second > dispatch_again; });
  if (there >= wanted)
    return true;
  commands adds;
  for (const auto& t : next(wanted - there)) {
    dispatched_[t.job.get()] = now;
    adds.push_back({"XADD", stream_of(t.provider), "*", "job", t.job.str()});
  }
  return redis_.run_all(adds).size() == adds.size();
}

void queue::add_entries(const redisReply* entries, const std::string& provider, std::vector<handed_job>& to) {
  for (size_t i = 0; entries->type == REDIS_REPLY_ARRAY && i < entries->elements; ++i) {
    const auto* entry = entries->element[i];
    if (entry->type != REDIS_REPLY_ARRAY || entry->elements < 2 || entry->element[1]->type != REDIS_REPLY_ARRAY
        || entry->element[1]->elements < 2)
      continue;
    handed_job job{{}, provider, std::string{text_of(entry->element[0])}};
    if (auto id = job_id::parse(text_of(entry->element[1]->element[1])))
      job.id = *id;
    else {
      settle(job); // unknown format
      continue;
    }
    to.push_back(std::move(job));
  }
}

/// Claims the entries that a node read and never acknowledged: the node is gone. Their jobs still wait in PostgreSQL,
/// or have already started, so the entries are deleted.
bool queue::claim_lost() {
  const auto now = clock::now();
  if (now - claimed_ < claim_after / 2)
    return true;
  claimed_ = now;
  for (const auto& name : groups_) {
    const auto got = redis_.run({"XAUTOCLAIM", stream_of(name), group, settings_.consumer,
                                 std::to_string(claim_after.count()), "0", "COUNT", "100"});
    if (!got)
      return false;
    if (got->type != REDIS_REPLY_ARRAY || got->elements < 2)
      continue;
    std::vector<handed_job> lost;
    add_entries(got->element[1], name, lost);
    for (const auto& j : lost)
      settle(j);
  }
  return true;
}

bool queue::receive() {
  auto free = workers_.free_slots();
  std::vector<handed_job> jobs;
  for (const auto& name : providers_.names()) {
    const auto room = std::min(free, providers_.room_of(name, free));
    if (room == 0)
      continue;
    const auto got = redis_.run({"XREADGROUP", "GROUP", group, settings_.consumer, "COUNT", std::to_string(room),
                                 "STREAMS", stream_of(name), ">"});
    if (!got)
      return false;
    // Redis lost its data: create the streams again, and dispatch their jobs again
    if (got->type == REDIS_REPLY_ERROR) {
      groups_.clear();
      dispatched_.clear();
      wake();
      continue;
    }
    if (got->type != REDIS_REPLY_ARRAY || got->elements < 1 || got->element[0]->type != REDIS_REPLY_ARRAY
        || got->element[0]->elements < 2)
      continue;
    const auto before = jobs.size();
    add_entries(got->element[0]->element[1], name, jobs);
    free -= std::min(free, jobs.size() - before);
  }
  handed_redis_->inc(static_cast<int64_t>(jobs.size()));
  if (!jobs.empty()) {
    workers_.take(std::move(jobs));
    wake(); // there may be more
  }
  return true;
}

} // namespace ainft::ai_job
