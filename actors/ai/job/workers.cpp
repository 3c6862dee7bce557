#include "actors/ai/job/workers.hpp"

#include "actors/retry.hpp"
#include "actors/studios/asset/api.hpp"
#include "actors/studios/asset/protocol.hpp"
#include "runtime/try.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

#include <fstream>
#include <thread>

namespace ainft::ai_job {

using runtime::errc;
using runtime::refuse;
using runtime::result;
using std::chrono::milliseconds;

namespace {

/// Bytes. A reason quotes the provider and becomes part of an event.
constexpr size_t longest_reason = 1'000;

/// Interval at which the progress of a running job is read.
constexpr milliseconds report_every{300};

/// A report is due after this many percent, this much new text (bytes) or new text this old, or after a third of the
/// lease.
constexpr uint32_t report_step = 10;
constexpr size_t report_text = 2'000;
constexpr milliseconds report_text_after{1'000};

constexpr milliseconds stop_patience{5'000};

/// Whether a retry may succeed.
bool is_worth_another(const caf::error& e) { return is_transient(e) || runtime::explain(e).code == errc::internal; }

result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string out{std::istreambuf_iterator<char>{in}, {}};
  if (!in || out.empty())
    return refuse(errc::unavailable, "cannot read the file of the source picture");
  return out;
}

} // namespace

workers::workers(const services& s, providers& with, worker_settings settings, key_finder keys, talk_finder talks,
                 text_judge moderation)
  : s_{s}, providers_{with}, settings_{std::move(settings)}, keys_{std::move(keys)}, talks_{std::move(talks)},
    moderation_{std::move(moderation)}, queue_{s.system,
                                               s.db,
                                               with,
                                               settings_.queue,
                                               {[this] {
                                                  return stopping_
                                                           ? 0
                                                           : settings_.slots - std::min<size_t>(busy_, settings_.slots);
                                                },
                                                [this](std::vector<handed_job> jobs) { take(std::move(jobs)); }}} {
  auto& metrics = s.system.metrics();
  running_ = metrics.gauge_singleton("ainft", "ai_jobs_running", "AI jobs that this node runs");
  ended_ =
    metrics.counter_family("ainft", "ai_attempts", {"provider", "outcome"}, "Finished attempts at AI jobs", "1", true);
}

void workers::start() {
  if (settings_.slots > 0)
    queue_.start(settings_.slots);
}

void workers::act_on(const runtime::followed_event& e) {
  if (e.kind != domain::kind)
    return;
  if (e.event.type == "job_queued" || e.event.type == "job_requeued")
    queue_.wake();
  else if (e.event.type == "job_cancelled" || e.event.type == "job_failed")
    drop(job_id{e.event.entity});
}

workers::~workers() {
  stop();
  thread_.stop();
  thread_.join();
}

void workers::drop(const job_id& id) {
  if (settings_.slots == 0)
    return;
  boost::asio::post(thread_, [this, id] {
    if (const auto it = working_.find(id); it != working_.end())
      it->second->cancel();
    else if (!stopping_)
      boost::asio::co_spawn(thread_, forget_if_begun(id), runtime::reported("ai_workers"));
  });
}

/// No worker handles a parked job. If it ends early, this function tells the provider to stop.
boost::asio::awaitable<void> workers::forget_if_begun(job_id id) {
  auto what = co_await ainft::read<domain>(s_, id.get());
  if (what && what->reference && what->state != phase::running)
    co_await forget(std::move(*what));
}

/// Tells the provider to stop the work with the job's reference.
boost::asio::awaitable<void> workers::forget(view what) {
  auto request = co_await request_of(what);
  if (auto* provider = providers_.find(what.provider.str()); provider && request)
    provider->forget(std::move(*request));
}

void workers::stop() {
  if (stopping_.exchange(true))
    return;
  boost::asio::post(thread_, [this] {
    for (const auto& [id, w] : working_)
      w->cancel();
  });
  const auto until = std::chrono::steady_clock::now() + stop_patience;
  while (busy_ > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{10});
  queue_.stop();
}

// -- taking jobs -----------------------------------------------------------------------------------------------------

void workers::take(std::vector<handed_job> jobs) {
  busy_ += jobs.size(); // counted now, so that the queue does not hand over more jobs than there are slots
  boost::asio::post(thread_, [this, jobs = std::move(jobs)] {
    for (const auto& j : jobs)
      take_one(j);
  });
}

void workers::take_one(const handed_job& job) {
  if (stopping_ || working_.contains(job.id) || !providers_.begin(job.provider)) {
    --busy_;
    return queue_.settle(job); // the job still waits, and comes again
  }
  const auto w = std::make_shared<ai::making>();
  working_.emplace(job.id, w);
  running_->inc();
  boost::asio::co_spawn(thread_, work_on(job, w), [this, job, w](std::exception_ptr broken) {
    if (broken) { // the lease expires, and the job is retried
      spdlog::error("the AI job {} failed with an exception", job.id.str());
      runtime::report_exception("ai_workers", broken);
    }
    w->cancel(); // ends report()
    running_->dec();
    working_.erase(job.id);
    providers_.end(job.provider);
    --busy_;
    queue_.wake();
  });
}

template <class Command>
task<runtime::answer> workers::tell(job_id id, Command what) {
  return platform_command<ai_job::domain>(s_, id.get(), std::move(what));
}

/// Like tell(), but retries transient errors, for example when the job's node fails. So a finished result is not lost.
template <class Command>
task<runtime::answer> workers::tell_surely(job_id id, Command what) {
  return retry([this, id, what = std::move(what)] { return tell(id, what); });
}

boost::asio::awaitable<void> workers::work_on(handed_job job, watch w) {
  start_job start{*worker_name::parse(settings_.name), static_cast<uint32_t>(settings_.lease.count())};
  auto started = co_await tell(job.id, std::move(start));
  queue_.settle(job);
  auto what = started ? value_of<domain>(*started) : result<view>{started.error()};
  if (!what) // another worker was faster, or the job is no longer wanted
    co_return;
  boost::asio::co_spawn(thread_, report(job.id, what->attempt, w), runtime::reported("ai_workers"));
  co_await make_all(std::move(*what), w);
}

// -- making ----------------------------------------------------------------------------------------------------------

/// Refuses with errc::forbidden a prompt that the moderation flags.
task<caf::unit_t> workers::check_words(const view& what) {
  if (!moderation_ || what.prompt.str().empty())
    co_return caf::unit;
  AINFT_CO_TRY(found, co_await moderation_(what.prompt.str()));
  if (!found.empty())
    co_return refuse(errc::forbidden, "the moderation rejected the prompt: " + found);
  co_return caf::unit;
}

boost::asio::awaitable<void> workers::make_all(view what, watch w) {
  finish_job done{what.attempt, {}, {}};
  caf::error bad;
  if (auto good = co_await check_words(what); !good)
    bad = good.error();
  result<ai::request> request{ai::request{}};
  if (!bad)
    request = co_await request_of(what);
  if (!request)
    bad = request.error();
  for (uint32_t i = 0; i < what.count && !bad; ++i) {
    auto next = *request;
    next.seed += i;
    const auto seed = next.seed;
    auto made = co_await make_product(what, std::move(next), w);
    if (!made) {
      bad = made.error();
      break;
    }
    if (made->not_yet)
      co_return co_await park(std::move(what), std::move(*made->not_yet));
    done.usage.input_tokens += made->used.input_tokens;
    done.usage.output_tokens += made->used.output_tokens;
    auto kept = co_await keep(what, seed, std::move(*made));
    if (kept)
      done.outputs.push_back(std::move(*kept));
    else
      bad = kept.error();
  }
  co_await finish(what, std::move(done), std::move(bad), w);
}

/// The work continues at the provider. If the job is no longer wanted, the provider is told to stop.
boost::asio::awaitable<void> workers::park(view what, ai::later until) {
  count(what.provider.str(), "parked");
  auto reference = reference_text::parse(until.reference);
  if (!reference) {
    fail_attempt failed{what.attempt, "the provider's reference for the work is not a short text", false};
    (void)co_await tell_surely(what.id, std::move(failed));
    co_return;
  }
  park_job parks{what.attempt, *reference, static_cast<uint32_t>(until.after.count()), until.percent};
  auto parked = co_await tell_surely(what.id, std::move(parks));
  if (parked || what.reference || is_transient(parked.error()))
    co_return;
  what.reference = std::move(*reference);
  co_await forget(std::move(what));
}

boost::asio::awaitable<void> workers::finish(const view& what, finish_job done, caf::error bad, const watch& w) {
  if (stopping_ && bad)
    bad = refuse(errc::unavailable, "the worker stopped");
  const auto outcome = !bad ? "succeeded" : w->is_cancelled() && !stopping_ ? "dropped" : "failed";
  count(what.provider.str(), outcome);
  if (!bad) {
    done.usage.credits = price_of(what, done);
    (void)co_await tell_surely(what.id, std::move(done));
  } else if (!w->is_cancelled() || stopping_) {
    fail_attempt failed{what.attempt, std::string{runtime::cut_utf8(runtime::explain(bad).detail, longest_reason)},
                        is_worth_another(bad)};
    (void)co_await tell_surely(what.id, std::move(failed));
  }
}

uint64_t workers::price_of(const view& what, const finish_job& done) const {
  const auto prices = providers_.prices_of(what.provider.str());
  const auto pictures = static_cast<uint64_t>(
    std::count_if(done.outputs.begin(), done.outputs.end(), [](const auto& o) { return o.asset.has_value(); }));
  if (what.kind == kind::fine_tune)
    return prices.fine_tune;
  // Pictures have a fixed price, whatever tokens the provider counts for them.
  return pictures > 0 ? pictures * prices.picture
                      : prices.of_tokens(done.usage.input_tokens + done.usage.output_tokens);
}

/// The provider's request for the job's first output. The others differ in their seeds.
task<ai::request> workers::request_of(const view& what) {
  const auto* provider = providers_.find(what.provider.str());
  if (!provider)
    co_return refuse(errc::not_found, "the provider " + what.provider.str() + " is no longer configured");
  const auto& p = what.params;
  ai::request out;
  out.what = what.kind;
  out.model = what.model.str();
  out.prompt = what.prompt.str();
  out.negative_prompt = what.negative_prompt.str();
  out.width = p.width;
  out.height = p.height;
  out.seed = what.seed;
  out.steps = p.steps;
  out.guidance = p.guidance;
  out.strength = p.strength.value_or(out.strength);
  out.scale = p.scale.value_or(out.scale);
  out.max_tokens = p.max_tokens;
  out.temperature = p.temperature;
  if (provider->takes_key()) {
    AINFT_CO_TRY(key, co_await keys_(what.studio_id, what.provider.str()));
    out.key = std::move(key);
  }
  if (what.kind == kind::plan) {
    auto talk = co_await talks_(what.agent_id.value_or(agent_id{}));
    if (!talk)
      co_return std::move(talk.error());
    out.talk = std::move(*talk);
  }
  if (what.source_asset_id) {
    AINFT_CO_TRY(source, co_await picture_of(*what.source_asset_id));
    out.source = std::move(source.file);
  }
  out.job = what.id.str();
  if (what.reference)
    out.reference = what.reference->str();
  if (what.training) {
    out.training = {what.training->name.str(), what.training->steps, what.training->trigger_word.str(), {}};
    if (!what.reference) {
      AINFT_CO_TRY(examples, co_await examples_of(*what.training));
      out.training.examples = std::move(examples);
    }
  }
  co_return out;
}

task<ai::example> workers::picture_of(asset_id of) {
  auto asset = co_await ainft::read<asset::entity>(s_, of.get());
  if (!asset)
    co_return std::move(asset.error());
  AINFT_CO_TRY(file, read_file(asset::path_of(s_.settings.of<asset::settings>().folder, asset->sha256)));
  const auto type = runtime::name_of(asset->content_type);
  ai::example out{std::move(file), std::string{type.substr(type.find('/') + 1)}, {}};
  co_return out;
}

task<std::vector<ai::example>> workers::examples_of(const training& of) {
  std::vector<ai::example> out;
  for (const auto& e : of.examples) {
    AINFT_CO_TRY(picture, co_await picture_of(e.asset));
    picture.caption = e.caption.str();
    out.push_back(std::move(picture));
  }
  co_return out;
}

task<ai::product> workers::make_product(const view& what, ai::request request, const watch& w) {
  auto* provider = providers_.find(what.provider.str());
  auto start = [provider, r = std::move(request), w](ai::provider::receiver done) mutable {
    provider->make(std::move(r), w, std::move(done));
  };
  co_return co_await net::await_call<result<ai::product>>(std::move(start));
}

/// Stores an output: a picture as an asset of the requester, a text in the job.
task<output> workers::keep(const view& what, uint32_t seed, ai::product made) {
  output out;
  out.seed = seed;
  if (made.file.empty()) {
    auto text = result_text::parse(made.text);
    if (!text)
      co_return refuse(errc::unavailable,
                       "the response of " + what.provider.str() + " is not a text of at most 65536 bytes in UTF-8");
    out.text = std::move(*text);
    co_return out;
  }
  runtime::command_context context;
  context.who.user = what.requested_by.get();
  auto keeps = [this, file = std::move(made.file), context] { return asset::keep(s_, file, context); };
  auto asset = co_await retry(std::move(keeps));
  if (const auto why = asset ? runtime::problem{errc::none} : runtime::explain(asset.error());
      why.code == errc::unsupported_media_type || why.code == errc::validation_failed)
    co_return refuse(errc::unavailable,
                     "the response of " + what.provider.str() + " is not a valid picture: " + why.detail);
  if (!asset)
    co_return std::move(asset.error());
  AINFT_CO_TRY(shown, value_of<asset::entity>(asset->shown));
  out.asset = shown.id;
  out.url = shown.url;
  co_return out;
}

/// Reports the progress until the work ends. Each report renews the lease. Cancels the work if the attempt is over.
boost::asio::awaitable<void> workers::report(job_id id, uint32_t attempt, watch w) {
  boost::asio::steady_timer timer{thread_};
  uint32_t said = 0;
  size_t written = 0;
  auto last = std::chrono::steady_clock::now();
  while (!w->is_cancelled()) {
    boost::system::error_code ec;
    timer.expires_after(report_every);
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    const auto now = std::chrono::steady_clock::now();
    const uint32_t percent = w->percent;
    const auto text = w->text();
    const auto more = text.size() > written ? text.substr(written) : std::string{};
    const bool news =
      percent >= said + report_step || more.size() >= report_text || (!more.empty() && now - last >= report_text_after);
    if (w->is_cancelled() || (!news && now - last < settings_.lease / 3))
      continue;
    said = percent;
    written = text.size();
    last = now;
    report_progress progress{attempt, percent, {}};
    if (auto parsed = result_text::parse(more))
      progress.more = std::move(*parsed);
    auto heard = co_await tell(id, std::move(progress));
    if (!heard && runtime::explain(heard.error()).code == errc::wrong_state)
      w->cancel();
  }
}

void workers::count(std::string provider, std::string outcome) {
  ended_->get_or_add({{"provider", provider}, {"outcome", outcome}})->inc();
}

} // namespace ainft::ai_job
