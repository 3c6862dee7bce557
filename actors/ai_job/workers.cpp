#include "actors/ai_job/workers.hpp"

#include "actors/ai_job/queries.hpp"
#include "actors/asset/domain.hpp"
#include "actors/asset/keep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

#include <thread>

namespace ainft::ai_job {

using runtime::errc;
using runtime::refuse;
using runtime::result;
using std::chrono::milliseconds;

namespace {

/// How often a worker without news looks for a job: one whose pause is over makes no event.
constexpr milliseconds look_every{500};

/// How often a job that is worked on is looked at.
constexpr milliseconds report_every{300};

/// Progress is said in steps of at least so much, or when a third of the lease has passed.
constexpr uint32_t report_step = 10;

constexpr milliseconds stop_patience{5'000};

bool may_pass(const caf::error& e) {
  const auto code = runtime::explain(e).code;
  return code == errc::unavailable || code == errc::rate_limited || code == errc::internal;
}

} // namespace

workers::workers(const services& s, const providers& with, worker_settings settings)
  : s_{s}, providers_{with}, settings_{std::move(settings)} {
  auto& metrics = s.system.metrics();
  running_ = metrics.gauge_singleton("ainft", "ai_jobs_running", "AI jobs that this node works on");
  ended_ = metrics.counter_family("ainft", "ai_attempts", {"provider", "outcome"}, "Attempts at AI jobs that ended", "1", true);
  for (size_t i = 0; i < settings_.slots; ++i)
    resting_.push_back(std::make_unique<boost::asio::steady_timer>(thread_));
}

void workers::start() {
  open_slots_ = settings_.slots;
  for (size_t i = 0; i < settings_.slots; ++i)
    boost::asio::co_spawn(thread_, slot(i), [this](std::exception_ptr) { --open_slots_; });
}

void workers::act_on(const runtime::followed_event& e) {
  if (e.kind != domain::kind)
    return;
  if (e.event.type == "job_queued" || e.event.type == "job_requeued")
    wake();
  else if (e.event.type == "job_cancelled")
    drop(job_id{e.event.entity});
}

workers::~workers() {
  stop();
  thread_.stop();
  thread_.join();
}

void workers::wake() {
  boost::asio::post(thread_, [this] {
    for (const auto& t : resting_)
      t->cancel();
  });
}

void workers::drop(const job_id& id) {
  boost::asio::post(thread_, [this, id] {
    if (const auto it = working_.find(id); it != working_.end())
      it->second->cancelled = true;
  });
}

void workers::stop() {
  if (stopping_.exchange(true))
    return;
  boost::asio::post(thread_, [this] {
    for (const auto& [id, w] : working_)
      w->cancelled = true;
  });
  wake();
  const auto until = std::chrono::steady_clock::now() + stop_patience;
  while (open_slots_ > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{10});
}

// -- a slot -----------------------------------------------------------------------------------------------------------------

boost::asio::awaitable<void> workers::slot(size_t number) {
  const auto name = settings_.name + "/" + std::to_string(number);
  while (!stopping_) {
    const auto next = co_await find_next();
    bool worked = false;
    if (next && !stopping_)
      worked = co_await work_on(*next, name);
    if (worked)
      continue;
    auto& timer = *resting_[number];
    boost::system::error_code ec;
    timer.expires_after(look_every);
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
  }
}

/// One whose turn it is and that no other slot here is about to take.
boost::asio::awaitable<std::optional<job_id>> workers::find_next() {
  auto q = [names = providers_.names(), count = settings_.slots](persistence::session& db) { return next_in_turn(db, names, count); };
  auto found = co_await net::query(s_.db, std::move(q));
  if (found)
    for (const auto& id : *found)
      if (!working_.contains(id))
        co_return id;
  co_return std::nullopt;
}

template <class Command>
task<runtime::answer> workers::tell(job_id id, Command what) {
  return platform_command<ai_job::domain>(s_, id.get(), std::move(what));
}

boost::asio::awaitable<bool> workers::work_on(job_id id, std::string name) {
  const auto w = std::make_shared<ai::making>();
  working_.emplace(id, w);
  running_->inc();
  start_job start{*worker_name::parse(name), static_cast<uint32_t>(settings_.lease.count())};
  auto started = co_await tell(id, std::move(start));
  auto what = started ? value_of<domain>(*started) : result<view>{started.error()};
  const bool taken = static_cast<bool>(what);
  if (taken) {
    boost::asio::co_spawn(thread_, report(id, what->attempt, w), boost::asio::detached);
    co_await make_all(std::move(*what), w);
  }
  w->cancelled = true; // ends the reports
  running_->dec();
  working_.erase(id);
  co_return taken;
}

boost::asio::awaitable<void> workers::make_all(view what, watch w) {
  finish_job done{what.attempt, {}};
  caf::error bad;
  for (uint32_t i = 0; i < what.count && !bad; ++i) {
    auto made = co_await make_one(what, i, w);
    if (made)
      done.outputs.push_back(std::move(*made));
    else
      bad = made.error();
  }
  if (stopping_ && bad)
    bad = refuse(errc::unavailable, "its worker was stopped");
  const auto outcome = !bad ? "succeeded" : w->cancelled && !stopping_ ? "dropped" : "failed";
  count(what.provider.str(), outcome);
  if (!bad) {
    (void)co_await tell(what.id, std::move(done));
  } else if (!w->cancelled || stopping_) {
    fail_attempt failed{what.attempt, runtime::explain(bad).detail, may_pass(bad)};
    (void)co_await tell(what.id, std::move(failed));
  }
}

task<output> workers::make_one(const view& what, uint32_t number, watch w) {
  auto* provider = providers_.find(what.provider.str());
  if (!provider)
    co_return refuse(errc::not_found, "there is no provider called " + what.provider.str() + " here any more");
  const uint32_t seed = what.seed + number;
  ai::image_request picture{what.model.str(), what.prompt.str(), what.params.width, what.params.height, seed};
  auto start = [provider, picture, w](ai::provider::receiver done) { provider->make_image(picture, w, std::move(done)); };
  auto file = co_await net::await_call<result<std::string>>(std::move(start));
  if (!file)
    co_return std::move(file.error());
  runtime::command_context context;
  context.who.user = what.requested_by.get();
  auto asset = co_await asset::keep(s_, std::move(*file), std::move(context));
  if (!asset)
    co_return std::move(asset.error());
  auto shown = value_of<asset::domain>(asset->shown);
  if (!shown)
    co_return std::move(shown.error());
  output made{shown->id, shown->url, seed};
  co_return made;
}

/// Says how far it is, which is also the sign of life, until the work ends. An attempt that is over is not worked on any more.
boost::asio::awaitable<void> workers::report(job_id id, uint32_t attempt, watch w) {
  boost::asio::steady_timer timer{thread_};
  uint32_t said = 0;
  auto last = std::chrono::steady_clock::now();
  while (!w->cancelled) {
    boost::system::error_code ec;
    timer.expires_after(report_every);
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    const auto now = std::chrono::steady_clock::now();
    const uint32_t percent = w->percent;
    if (w->cancelled || (percent < said + report_step && now - last < settings_.lease / 3))
      continue;
    said = percent;
    last = now;
    report_progress progress{attempt, percent};
    auto heard = co_await tell(id, std::move(progress));
    if (!heard && runtime::explain(heard.error()).code == errc::wrong_state)
      w->cancelled = true;
  }
}

void workers::count(std::string provider, std::string outcome) {
  ended_->get_or_add({{"provider", provider}, {"outcome", outcome}})->inc();
}

} // namespace ainft::ai_job
