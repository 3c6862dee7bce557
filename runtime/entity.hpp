#pragma once

#include "runtime/entity_base.hpp"
#include "runtime/entity_state.hpp"
#include "runtime/pending_replies.hpp"
#include "runtime/title_of.hpp"

namespace ainft::runtime {

/// The actor of one entity. It loads the entity from the journal, decides commands, persists the events, answers after
/// the commit, watches the entity's deadline, and leaves memory when idle.
///
/// runtime/entity_rules.hpp lists what `Domain` declares.
template <class Domain>
class entity final : public entity_base {
public:
  using state = typename Domain::state;
  using event = typename Domain::events;
  using events = std::vector<event>;

  entity(caf::actor_config& cfg, entity_host* host, const uuid& id, bool is_new)
    : entity_base(cfg, *host, Domain::kind, id), is_new_{is_new}, incarnation_{host->next_incarnation()} {}

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
  using pending = typename pending_replies<events>::pending;

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
    state_.clear();
    if (from.state && !state_.restore(*from.state)) {
      without_snapshot_ = true; // load all events instead
      return start_load();
    }
    if (auto broken = state_.load(from.events)) {
      if (runtime::explain(broken).code == errc::unknown_message)
        return refuse_all(std::move(broken));
      host_.quarantine().failed(Domain::kind, id_, runtime::explain(broken).detail, host_.time().now());
      return quit(std::move(broken));
    }
    host_.quarantine().loaded(Domain::kind, id_);
    wake_at(deadline_of(state_.committed()));
    set_default_handler([this](caf::scheduled_actor*, caf::message& m) -> caf::skippable_result {
      return refuse_unknown(message_name(m));
    });
    become(ready());
    schedule_idle_check();
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

  // -- commands ---------------------------------------------------------------------------------------------------

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
      if (state_.ahead_version() == 0)
        passivate_if_settled(); // the entity does not exist: keep nothing in memory
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
    if (replies_.size() >= host_.settings().in_flight_limit)
      return refuse(errc::unavailable, "too many changes of this entity are pending");
    if (queue.is_full() || (deadline && now + queue.age() >= *deadline))
      return refuse(errc::unavailable, "the journal is overloaded");
    return {};
  }

  template <class Command>
  result<events> check_and_decide(const command_context& context, const Command& command, const decision_context& dc) {
    constexpr bool creates = requires { requires Command::creates; };
    if (state_.ahead_version() == 0 && !creates)
      return refuse(errc::not_found, "no such " + std::string{title_of<Domain>()});
    auto decided = decide(state_.ahead(), command, dc);
    if (!context.expected_version || *context.expected_version == state_.ahead_version())
      return decided;
    // Do not reveal the version to a caller who may not change the entity (RFC 9110, section 13.2.1).
    if (const auto code = decided ? errc::none : runtime::explain(decided.error()).code;
        code == errc::not_found || code == errc::forbidden)
      return decided;
    return refuse(errc::precondition_failed, "the current version is \"v" + std::to_string(state_.ahead_version())
                                               + "\", not \"v" + std::to_string(*context.expected_version)
                                               + "\"; read the resource again");
  }

  /// A refusal that is based on events in flight waits for their commit.
  caf::result<answer> finish(caf::response_promise promise, caf::error refusal) {
    if (replies_.empty()) {
      promise.deliver(std::move(refusal));
    } else {
      pending p{};
      p.promise = std::move(promise);
      p.refusal = std::move(refusal);
      replies_.add(std::move(p));
    }
    return caf::result<answer>{caf::delegated<answer>{}};
  }

  template <class Promise>
  void run(Promise promise, const decision_context& dc, events decided, std::optional<idempotency_record> idempotency,
           const std::optional<time_point>& deadline = {}) {
    pending p{};
    p.promise = std::move(promise);
    if (decided.empty() && !idempotency) {
      p.reply = {state_.ahead_version(), render(state_.ahead(), decided)};
      replies_.add(std::move(p));
      return settle_head();
    }
    append a;
    a.entity = id_;
    a.kind = Domain::kind;
    a.incarnation = incarnation_;
    a.at = dc.now;
    if (!dc.who.is_platform())
      a.actor = dc.who.user;
    state_.go_ahead(decided, dc, host_.settings().snapshot_every, a);
    if (auto due = deadline_of(state_.ahead()); due != next_wake()) {
      constexpr bool in_rows = requires { requires Domain::deadline_in_rows; };
      a.deadline_changed = !in_rows;
      a.deadline = due;
      wake_at(due);
    }
    p.reply = {state_.ahead_version(), render(state_.ahead(), decided)};
    p.decided = std::move(decided);
    p.appended = true;
    if (idempotency) {
      idempotency->before += p.reply.body + idempotency->after;
      a.idempotency = std::move(idempotency);
    }
    replies_.add(std::move(p));
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
    if (replies_.empty())
      return;
    auto head = replies_.take_head();
    state_.commit(head.decided);
    view_.reset();
    head.promise.deliver(std::move(head.reply));
    settle_head();
    notice_rest();
  }

  void settle_head() {
    replies_.settle_head();
    if (!replies_.empty())
      return;
    state_.drop_ahead();
    if (is_leaving())
      leave_memory();
  }

  /// Everything decided after the failed append is based on state that was not committed. The entity refuses all of it,
  /// and loads its state again as a new incarnation. The writer refuses the later appends of the old incarnation by
  /// itself; this function ignores those refusals.
  void on_append_failed(uint64_t incarnation, const caf::error& reason) {
    if (incarnation != incarnation_)
      return;
    replies_.refuse_all(reason);
    state_.drop_ahead();
    view_.reset();
    incarnation_ = host_.next_incarnation();
    if (is_leaving())
      return leave_memory();
    set_default_handler(caf::skip);
    become(waiting());
    start_load();
  }

  // -- reads ------------------------------------------------------------------------------------------------------

  caf::result<caf::message> on_view(const get_view& get) {
    touch();
    if (state_.version() == 0) {
      passivate_if_settled();
      return refuse(errc::not_found, "no such " + std::string{title_of<Domain>()});
    }
    const auto& now = state_.committed();
    if constexpr (requires { may_read(now, get.who); })
      if (!may_read(now, get.who))
        return refuse(errc::not_found, "no such " + std::string{title_of<Domain>()});
    if constexpr (requires { view_of(now, get.who); })
      return caf::make_message(answer{state_.version(), to_json(view_of(now, get.who))});
    if (view_)
      return *view_;
    auto made = caf::make_message(answer{state_.version(), to_json(view_of(now))});
    // Cache the view only from the second read on: most of a million listings are read once and then left alone.
    if (std::exchange(was_read_, true))
      view_ = made;
    return made;
  }

  caf::result<answer> on_inspect() {
    nlohmann::json out{{"kind", std::string{Domain::kind}},
                       {"inFlight", replies_.size()},
                       {"mailbox", mailbox().size()},
                       {"actor", id()},
                       {"version", state_.version()},
                       {"decided", state_.ahead_version()},
                       {"state", nlohmann::json::parse(to_json(state_.committed()))}};
    if (const auto& due = next_wake())
      out["deadline"] = due->str();
    return answer{state_.version(), out.dump()};
  }

  // -- deadlines --------------------------------------------------------------------------------------------------

  static std::optional<time_point> deadline_of(const state& s) {
    if constexpr (requires { deadline(s); })
      return deadline(s);
    else
      return std::nullopt;
  }

  void on_wake() {
    if constexpr (requires(const state& s, const wake& w, const decision_context& dc) { decide(s, w, dc); }) {
      const principal platform;
      const decision_context dc{host_.time().now(), platform};
      if (state_.ahead_version() == 0 || !next_wake() || dc.now < *next_wake())
        return arm_timer();
      if (refuse_late({}, dc.now))
        return wake_after(std::chrono::seconds{1});
      if (auto decided = decide(state_.ahead(), wake{}, dc); decided && !decided->empty())
        run(caf::response_promise{}, dc, std::move(*decided), std::nullopt);
    }
  }

  // -- leaving memory ---------------------------------------------------------------------------------------------

  [[nodiscard]] bool is_settled() const override { return replies_.empty(); }

  [[nodiscard]] bool is_at_rest() const override {
    if constexpr (requires { at_rest(state_.committed()); })
      return at_rest(state_.committed());
    else
      return false;
  }

  bool is_new_;
  bool without_snapshot_ = false; ///< the snapshot cannot be read
  uint64_t incarnation_;
  entity_state<Domain> state_;
  pending_replies<events> replies_;
  std::optional<caf::message> view_;
  bool was_read_ = false;
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
