#pragma once

#include "runtime/decision.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/event_codec.hpp"
#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <deque>

namespace ainft::runtime {

/// The actor of one entity. It loads the entity from the journal, decides commands, persists the events, answers after
/// the commit, watches the entity's deadline, and leaves memory when idle.
///
/// `Domain` names the types: `state` (default constructible, described), `commands` and `events` (std::variant),
/// `view`, `kind`, `state_version`. The rules are free functions, found by argument-dependent lookup:
///
///   result<std::vector<event>> decide(const state&, const Command&, const decision_context&)   one for each command
///   void evolve(state&, const event&)
///   view view_of(const state&)
///   void project(const state& after, const event&, const decision_context&, row_writes&)
///
/// Optional rules. A function with another name or signature is not found, and then the rule does not hold:
///
///   std::optional<time_point> deadline(const state&)
///       For entities with deadlines, together with decide(…, const wake&, …). Set `Domain::deadline_in_rows` if the
///       entity's own rows hold the deadline for the view `due`.
///   std::string answer_of(const state& after, const std::vector<event>&)
///       If the answer to a command is not the view.
///   bool at_rest(const state&)
///       True when no more changes are expected: the entity leaves memory sooner.
///   bool may_read(const state&, const principal&)
///       If not everybody may read the entity.
///   view view_of(const state&, const principal&)
///       If not every reader sees the same view.
///   std::vector<uuid> audience(const state& before, const event&)
///       If events concern others: see committed_event.
///
/// An entity that does not exist yet accepts only commands with `static constexpr bool creates = true`.
template <class Domain>
class entity final : public caf::event_based_actor {
public:
  using state = typename Domain::state;
  using event = typename Domain::events;
  using events = std::vector<event>;

  entity(caf::actor_config& cfg, entity_host* host, const uuid& id, bool is_new)
    : caf::event_based_actor(cfg), host_{*host}, id_{id}, is_new_{is_new}, incarnation_{host->next_incarnation()} {
    active_ = system().metrics().gauge_instance("ainft", "entities", {{"kind", std::string{Domain::kind}}},
                                                "Entities in memory");
    active_->inc();
    report_failures("entity", *this);
  }

  ~entity() override { active_->dec(); }

  const char* name() const override { return Domain::kind.data(); }

  caf::behavior make_behavior() override {
    if (is_new_) {
      loaded nothing;
      on_loaded(nothing);
      return ready();
    }
    // Every message waits in the mailbox until the entity is loaded.
    set_default_handler(caf::skip);
    start_load();
    return waiting();
  }

private:
  /// A reply that waits for the commit of all earlier appends.
  struct pending {
    caf::response_promise promise;
    answer reply;
    std::optional<caf::error> refusal; ///< based on uncommitted state; sent after that state is committed
    events decided;
    bool appended = false;
  };

  /// The behavior while the entity loads, drains or leaves memory. The default handler gets every other message.
  static caf::behavior waiting() {
    return {[](const continuation& c) { c.run(); }};
  }

  // -- loading ----------------------------------------------------------------------------------------------------

  void start_load() {
    request(host_.log().reader_of(id_), caf::infinite,
            load{id_, Domain::kind, without_snapshot_ ? uint16_t{0} : Domain::state_version})
      .then([this](loaded& from) { on_loaded(from); },
            [this](const caf::error&) {
              if (host_.is_closed()) {
                host_.release(Domain::kind, id_, address());
                return quit(refuse(errc::unavailable, "this node is stopping"));
              }
              // The database is unavailable: retry. Callers wait until their own timeout.
              run_delayed(std::chrono::milliseconds{250}, [this] { start_load(); });
            });
  }

  void on_loaded(loaded& from) {
    committed_ = state{};
    version_ = 0;
    if (from.state && !take(*from.state)) {
      without_snapshot_ = true; // load all events instead
      return start_load();
    }
    if (auto broken = fold_safely(from.events)) {
      if (runtime::explain(broken).code == errc::unknown_message)
        return refuse_all(std::move(broken));
      host_.quarantine().failed(Domain::kind, id_, runtime::explain(broken).detail, host_.time().now());
      return quit(std::move(broken));
    }
    host_.quarantine().loaded(Domain::kind, id_);
    ahead_version_ = version_;
    since_snapshot_ = from.events.size();
    deadline_ = deadline_of(committed_);
    arm_timer();
    set_default_handler([this](caf::scheduled_actor*, caf::message& m) -> caf::skippable_result {
      return refuse_unknown(message_name(m));
    });
    become(ready());
    schedule_idle_check();
  }

  /// Refuses every message, because a later version of the program has written events that this node does not know. The
  /// entity is not broken and does not go into quarantine. It stays in memory for `rest_timeout`, so that this node
  /// does not read its journal for each request. The next message after that loads it again.
  void refuse_all(caf::error why) {
    host_.quarantine().loaded(Domain::kind, id_);
    spdlog::warn("this node cannot serve the {} {}: {}", Domain::kind, id_.str(), runtime::explain(why).detail);
    set_default_handler(
      [why = std::move(why)](caf::scheduled_actor*, caf::message&) -> caf::skippable_result { return why; });
    const auto leave = [this] {
      if (!std::exchange(leaving_, true))
        leave_memory();
    };
    become([](const continuation& c) { c.run(); }, [leave](const passivate&) { leave(); });
    later(host_.settings().rest_timeout, caf::make_message(continuation{leave}));
  }

  /// Restores the state from a snapshot. Returns false if the snapshot cannot be read.
  bool take(const snapshot& from) {
    auto json = parse_json(from.state);
    auto read = json ? from_json<state>(*json, json_reader::unknown_fields::ignored) : result<state>{json.error()};
    if (!read)
      return false;
    committed_ = std::move(*read);
    version_ = from.sequence;
    return true;
  }

  caf::error fold_safely(const std::vector<committed_event>& events) {
    try {
      return fold(events);
    } catch (const std::exception& e) {
      return refuse(errc::internal, std::string{"cannot apply the entity's events: "} + e.what());
    }
  }

  caf::error fold(const std::vector<committed_event>& events) {
    for (const auto& stored : events) {
      auto e = decode_event<event>(stored.type, stored.version, stored.payload);
      if (!e)
        return std::move(e.error());
      evolve(committed_, *e);
      version_ = stored.sequence;
    }
    return {};
  }

  caf::behavior ready() {
    auto base = caf::message_handler{
      [this](const get_view& get) -> caf::result<caf::message> { return on_view(get); },
      [this](const wake&) { on_wake(); },
      [this](const passivate&) { start_passivation(); },
      [this](const check_idle&) { on_check_idle(); },
      [this](const inspect_entity&) -> caf::result<answer> { return on_inspect(); },
    };
    return base.or_else([this](command_context& context, const command_box& command) -> caf::result<answer> {
      return on_command(context, command, static_cast<typename Domain::commands*>(nullptr));
    });
  }

  /// Records a dead letter for a message that this kind does not accept.
  caf::error refuse_unknown(std::string message) {
    auto why = "a " + std::string{Domain::kind} + " does not accept this message";
    host_.dead_letters().add({host_.time().now(), std::string{Domain::kind}, id_, std::move(message), why});
    return refuse(errc::unknown_message, std::move(why));
  }

  // -- commands ---------------------------------------------------------------------------------------------------

  const state& ahead() const { return ahead_ ? *ahead_ : committed_; }

  template <class... Commands>
  caf::result<answer> on_command(command_context& context, const command_box& box, std::variant<Commands...>*) {
    caf::result<answer> out{caf::error{}};
    const auto take = [&](const auto* command) {
      if (command)
        out = on_command(context, *command);
      return command != nullptr;
    };
    if (!(take(box.get<Commands>()) || ...))
      out = caf::result<answer>{refuse_unknown(std::string{box.type().name})};
    return out;
  }

  template <class Command>
  caf::result<answer> on_command(command_context& context, const Command& command) {
    touch();
    auto promise = make_response_promise();
    const decision_context dc{host_.time().now(), context.who};
    if (auto busy = refuse_late(context.deadline, dc.now)) {
      promise.deliver(std::move(busy));
      return caf::result<answer>{caf::delegated<answer>{}};
    }
    auto decided = check_and_decide(context, command, dc);
    if (!decided) {
      auto refused = finish(std::move(promise), std::move(decided.error()));
      if (ahead_version_ == 0)
        passivate_if_idle(); // the entity does not exist: keep nothing in memory
      return refused;
    }
    run(std::move(promise), dc, std::move(*decided), std::move(context.idempotency), context.deadline);
    return caf::result<answer>{caf::delegated<answer>{}};
  }

  /// Checks backpressure before a decision. Refuses with errc::unavailable if the answer would miss the caller's
  /// deadline, or if the queue of the entity or of the writer is full.
  [[nodiscard]] caf::error refuse_late(const std::optional<time_point>& deadline, time_point now) const {
    const auto& queue = *host_.log().writer_of(id_).queue;
    if (deadline && now >= *deadline)
      return refuse(errc::unavailable, "the command arrived after its deadline; nothing was changed");
    if (in_flight_.size() >= host_.settings().in_flight_limit)
      return refuse(errc::unavailable, "too many changes of this entity are pending");
    if (queue.is_full() || (deadline && now + queue.age() >= *deadline))
      return refuse(errc::unavailable, "the journal is overloaded");
    return {};
  }

  template <class Command>
  result<events> check_and_decide(const command_context& context, const Command& command, const decision_context& dc) {
    constexpr bool creates = requires { requires Command::creates; };
    if (ahead_version_ == 0 && !creates)
      return refuse(errc::not_found, "no such " + std::string{Domain::kind});
    auto decided = decide(ahead(), command, dc);
    if (!context.expected_version || *context.expected_version == ahead_version_)
      return decided;
    // Do not reveal the version to a caller who may not change the entity (RFC 9110, section 13.2.1).
    if (const auto code = decided ? errc::none : runtime::explain(decided.error()).code;
        code == errc::not_found || code == errc::forbidden)
      return decided;
    return refuse(errc::precondition_failed, "the current version is " + std::to_string(ahead_version_) + ", not "
                                               + std::to_string(*context.expected_version));
  }

  /// A refusal that is based on events in flight waits for their commit.
  caf::result<answer> finish(caf::response_promise promise, caf::error refusal) {
    if (in_flight_.empty()) {
      promise.deliver(std::move(refusal));
    } else {
      pending p{};
      p.promise = std::move(promise);
      p.refusal = std::move(refusal);
      in_flight_.push_back(std::move(p));
    }
    return caf::result<answer>{caf::delegated<answer>{}};
  }

  template <class Promise>
  void run(Promise promise, const decision_context& dc, events decided, std::optional<idempotency_record> idempotency,
           const std::optional<time_point>& deadline = {}) {
    pending p{};
    p.promise = std::move(promise);
    if (decided.empty() && !idempotency) {
      p.reply = {ahead_version_, render(ahead(), decided)};
      in_flight_.push_back(std::move(p));
      return settle_head();
    }
    if (!ahead_)
      ahead_ = committed_;
    append a;
    a.entity = id_;
    a.kind = Domain::kind;
    a.incarnation = incarnation_;
    a.first_sequence = ahead_version_ + 1;
    a.at = dc.now;
    if (!dc.who.is_platform())
      a.actor = dc.who.user;
    row_writes rows;
    for (const auto& e : decided) {
      auto& stored = a.events.emplace_back(encode_event(e));
      if constexpr (requires { audience(*ahead_, e); })
        stored.audience = audience(*ahead_, e);
      evolve(*ahead_, e);
      project(*ahead_, e, {dc.now, dc.who, ++ahead_version_}, rows);
    }
    a.rows = rows.take();
    since_snapshot_ += decided.size();
    if (since_snapshot_ >= host_.settings().snapshot_every) {
      since_snapshot_ = 0;
      a.state = snapshot{ahead_version_, Domain::state_version, to_json(*ahead_)};
    }
    if (auto due = deadline_of(*ahead_); due != deadline_) {
      deadline_ = due;
      constexpr bool in_rows = requires { requires Domain::deadline_in_rows; };
      a.deadline_changed = !in_rows;
      a.deadline = due;
      arm_timer();
    }
    p.reply = {ahead_version_, render(*ahead_, decided)};
    p.decided = std::move(decided);
    p.appended = true;
    if (idempotency) {
      idempotency->before += p.reply.body + idempotency->after;
      a.idempotency = std::move(idempotency);
    }
    in_flight_.push_back(std::move(p));
    if (deadline)
      a.write_before = a.sent + (*deadline - dc.now);
    const auto& writer = host_.log().writer_of(id_);
    writer.queue->enter();
    request(writer.actor, caf::infinite, std::move(a))
      .then([this] { on_committed(); },
            [this, incarnation = incarnation_](const caf::error& e) { on_append_failed(incarnation, e); });
  }

  static std::string render(const state& after, const events& decided) {
    if constexpr (requires { answer_of(after, decided); })
      return answer_of(after, decided);
    else
      return to_json(view_of(after));
  }

  // -- after the journal ------------------------------------------------------------------------------------------

  /// The writer answers appends in the order in which this entity sends them.
  void on_committed() {
    settle_head();
    if (in_flight_.empty() || !in_flight_.front().appended)
      return;
    auto head = std::move(in_flight_.front());
    in_flight_.pop_front();
    for (const auto& e : head.decided) {
      evolve(committed_, e);
      ++version_;
    }
    view_.reset();
    head.promise.deliver(std::move(head.reply));
    settle_head();
    if (!resting_ && !leaving_ && is_at_rest())
      schedule_idle_check();
  }

  /// Delivers the replies at the head of the queue that have no append of their own.
  void settle_head() {
    while (!in_flight_.empty() && !in_flight_.front().appended) {
      auto head = std::move(in_flight_.front());
      in_flight_.pop_front();
      if (head.refusal)
        head.promise.deliver(std::move(*head.refusal));
      else
        head.promise.deliver(std::move(head.reply));
    }
    if (!in_flight_.empty())
      return;
    ahead_.reset();
    if (leaving_)
      leave_memory();
  }

  /// Everything decided after the failed append is based on state that was not committed. The entity refuses all of it,
  /// and loads its state again as a new incarnation. The writer refuses the later appends of the old incarnation by
  /// itself; this function ignores those refusals.
  void on_append_failed(uint64_t incarnation, const caf::error& reason) {
    if (incarnation != incarnation_)
      return;
    bool first = true;
    for (auto& p : std::exchange(in_flight_, {})) {
      p.promise.deliver(
        first && p.appended ? reason : refuse(errc::unavailable, "an earlier change of the same entity failed; retry"));
      first = first && !p.appended;
    }
    ahead_.reset();
    view_.reset();
    incarnation_ = host_.next_incarnation();
    if (leaving_)
      return leave_memory();
    set_default_handler(caf::skip);
    become(waiting());
    start_load();
  }

  // -- reads ------------------------------------------------------------------------------------------------------

  caf::result<caf::message> on_view(const get_view& get) {
    touch();
    if (version_ == 0) {
      passivate_if_idle();
      return refuse(errc::not_found, "no such " + std::string{Domain::kind});
    }
    if constexpr (requires { may_read(committed_, get.who); })
      if (!may_read(committed_, get.who))
        return refuse(errc::not_found, "no such " + std::string{Domain::kind});
    if constexpr (requires { view_of(committed_, get.who); })
      return caf::make_message(answer{version_, to_json(view_of(committed_, get.who))});
    if (view_)
      return *view_;
    auto made = caf::make_message(answer{version_, to_json(view_of(committed_))});
    // Cache the view only from the second read on: most of a million listings are read once and then left alone.
    if (std::exchange(was_read_, true))
      view_ = made;
    return made;
  }

  caf::result<answer> on_inspect() {
    nlohmann::json out{{"kind", std::string{Domain::kind}},
                       {"inFlight", in_flight_.size()},
                       {"mailbox", mailbox().size()},
                       {"actor", id()},
                       {"version", version_},
                       {"decided", ahead_version_},
                       {"state", nlohmann::json::parse(to_json(committed_))}};
    if (deadline_)
      out["deadline"] = deadline_->str();
    return answer{version_, out.dump()};
  }

  // -- deadlines --------------------------------------------------------------------------------------------------

  static std::optional<time_point> deadline_of(const state& s) {
    if constexpr (requires { deadline(s); })
      return deadline(s);
    else
      return std::nullopt;
  }

  void arm_timer() {
    host_.timers().cancel(timer_);
    if (!deadline_)
      return;
    const auto wait = std::max(*deadline_ - host_.time().now(), std::chrono::microseconds{0});
    // For a longer wait, the deadline sweeper wakes the entity, even if it has left memory.
    if (wait < std::chrono::hours{1})
      timer_ = later(wait + std::chrono::milliseconds{1}, wake_message());
  }

  void on_wake() {
    if constexpr (requires(const state& s, const wake& w, const decision_context& dc) { decide(s, w, dc); }) {
      const principal platform;
      const decision_context dc{host_.time().now(), platform};
      if (ahead_version_ == 0 || !deadline_ || dc.now < *deadline_)
        return arm_timer();
      if (refuse_late({}, dc.now)) {
        timer_ = later(std::chrono::seconds{1}, wake_message());
        return;
      }
      if (auto decided = decide(ahead(), wake{}, dc); decided && !decided->empty())
        run(caf::response_promise{}, dc, std::move(*decided), std::nullopt);
    }
  }

  // -- leaving memory ---------------------------------------------------------------------------------------------

  void touch() { last_use_ = std::chrono::steady_clock::now(); }

  [[nodiscard]] bool is_at_rest() const {
    if constexpr (requires { at_rest(committed_); })
      return at_rest(committed_);
    else
      return false;
  }

  [[nodiscard]] std::chrono::milliseconds idle_timeout() const {
    const auto& settings = host_.settings();
    return resting_ ? std::min(settings.rest_timeout, settings.idle_timeout) : settings.idle_timeout;
  }

  void schedule_idle_check() {
    resting_ = is_at_rest();
    host_.timers().cancel(idle_timer_);
    static const auto look = caf::make_message(check_idle{});
    idle_timer_ = later(idle_timeout(), look);
  }

  void on_check_idle() {
    if (in_flight_.empty() && std::chrono::steady_clock::now() - last_use_ >= idle_timeout())
      start_passivation();
    else
      schedule_idle_check();
  }

  timers::ticket later(std::chrono::microseconds wait, caf::message what) {
    return host_.timers().send_after(wait, caf::weak_actor_ptr{ctrl()}, std::move(what));
  }

  static const caf::message& wake_message() {
    static const auto message = caf::make_message(wake{});
    return message;
  }

  void passivate_if_idle() {
    if (in_flight_.empty())
      start_passivation();
  }

  /// Accepts no more commands, and leaves memory when all appends in flight are committed. New messages wait in the
  /// mailbox.
  void start_passivation() {
    if (std::exchange(leaving_, true))
      return;
    host_.timers().cancel(timer_);
    host_.timers().cancel(idle_timer_);
    if (in_flight_.empty())
      return leave_memory();
    set_default_handler(caf::skip);
    become(waiting());
  }

  /// Makes the host forget this actor, so that it starts a new one for the next message. Until this actor ends, it
  /// forwards messages that still arrive here, so that none is lost.
  void leave_memory() {
    host_.release(Domain::kind, id_, address());
    set_default_handler(
      [this](caf::scheduled_actor*, caf::message& m) -> caf::skippable_result { return delegate_all(m); });
    become(waiting());
    later(std::chrono::milliseconds{500}, caf::make_message(continuation{[this] { quit(); }}));
  }

  caf::skippable_result delegate_all(caf::message& m) {
    if (m.match_elements<passivate>() || m.match_elements<wake>() || m.match_elements<check_idle>())
      return caf::message{};
    auto promise = make_response_promise();
    promise.delegate(host_.find(Domain::kind, id_), std::move(m));
    return caf::delegated<caf::message>{};
  }

  entity_host& host_;
  uuid id_;
  bool is_new_;
  bool without_snapshot_ = false; ///< the snapshot cannot be read
  uint64_t incarnation_;
  caf::telemetry::int_gauge* active_;

  state committed_;
  uint64_t version_ = 0;
  std::optional<state> ahead_; ///< the committed state plus the events in flight; empty if there are none
  uint64_t ahead_version_ = 0;
  std::deque<pending> in_flight_;
  size_t since_snapshot_ = 0;

  std::optional<caf::message> view_;
  std::optional<time_point> deadline_;
  timers::ticket timer_, idle_timer_;
  bool resting_ = false, leaving_ = false, was_read_ = false;
  std::chrono::steady_clock::time_point last_use_ = std::chrono::steady_clock::now();
};

template <class Domain>
void entity_host::add() {
  const auto spawn = [](caf::actor_system& system, entity_host& host, const uuid& id, bool is_new) -> caf::actor {
    return system.spawn<entity<Domain>>(&host, id, is_new);
  };
  kinds_.push_back({Domain::kind, spawn, message_forms::of(static_cast<typename Domain::commands*>(nullptr)),
                    &runtime::replay<Domain>,
                    event_names(Domain::kind, static_cast<typename Domain::events*>(nullptr))});
}

} // namespace ainft::runtime
