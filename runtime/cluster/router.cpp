#include "runtime/cluster/router.hpp"

#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <algorithm>

namespace ainft::runtime::cluster {

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Pause before a waiting message is tried again, unless the placement changes earlier.
constexpr milliseconds look_again_after{20};
constexpr milliseconds expire_every{100}; ///< how late a timeout may be detected
constexpr size_t most_held = 100'000;
/// In place of an entity kind: the message is for the node itself.
constexpr std::string_view node_kind = "node";

constexpr milliseconds telling_patience{2'000};
constexpr milliseconds foreign_patience{10'000}; ///< for requests from other nodes; their own timeout is shorter

bool is_command(const caf::message& m) { return m.size() == 2 && m.match_element<command_context>(0); }

std::string why_of(const caf::error& e) {
  if (e == caf::sec::request_timeout)
    return "the message timed out before any node accepted it";
  const auto said = explain(e);
  if (said.code == errc::moved)
    return "a node that does not own the entity received it";
  return said.detail.empty() ? to_string(said.code) : said.detail;
}

bool is_of_new_id(const caf::message& m) { return is_command(m) && m.get_as<command_context>(0).of_new_id; }

} // namespace

/// A message on its way to an entity.
struct router::flight {
  std::string kind;
  uuid id;
  caf::message what;
  steady::time_point due;
  receiver on_reply;      ///< empty if no answer is wanted
  uint64_t epoch = 0;     ///< of the latest attempt; for a message from another node, first the epoch that node knows
  bool from_afar = false; ///< another node sent it: it is not forwarded
  steady::time_point tried{};
};

/// Ends a flight. If no answer was wanted, a failure becomes a dead letter for operators.
void router::end(const flight& f, result<caf::message> got) const {
  if (f.on_reply)
    return f.on_reply(std::move(got));
  if (!got)
    host_.dead_letters().add({host_.time().now(), f.kind, f.id, message_name(f.what), why_of(got.error())});
}

router::router(caf::actor_system& system, entity_host& host, reply_port& port)
  : system_{system}, host_{host}, port_{port} {
  remote_ = system.metrics().counter_singleton("ainft", "router_remote_messages",
                                               "Messages sent to entities on other nodes", "1", true);
  redirected_ = system.metrics().counter_singleton(
    "ainft", "router_redirects", "Messages received by a node that does not own the entity", "1", true);
}

router::~router() = default;

void router::join(const local_shards& self, links& to, std::function<void()> refresh) {
  self_ = &self;
  links_ = &to;
  refresh_ = std::move(refresh);
  ticker_ = system_.spawn<caf::hidden>([this](caf::event_based_actor* me) -> caf::behavior {
    const auto again = [this, me](const auto& next) -> void {
      me->run_delayed(expire_every, [this, next] {
        guarded("router", [this] { asked_.expire(steady::now(), caf::make_error(caf::sec::request_timeout)); });
        next(next);
      });
    };
    again(again);
    return {
      [](const continuation& c) { guarded("router", c.run); },
      [this, me](const wake&) {
        me->run_delayed(look_again_after, [this] { guarded("router", [this] { look_at_waiting(false); }); });
      },
    };
  });
}

void router::ask(std::string_view kind, const uuid& id, caf::message request, milliseconds timeout, receiver on_reply) {
  if (!self_) {
    auto target = is_of_new_id(request) ? host_.begin(kind, id) : host_.find(kind, id);
    return port_.ask(target, std::move(request), timeout, std::move(on_reply));
  }
  go(std::make_shared<flight>(
    flight{std::string{kind}, id, std::move(request), steady::now() + timeout, std::move(on_reply)}));
}

void router::tell(std::string_view kind, const uuid& id, caf::message what) {
  if (!self_)
    return caf::anon_send(host_.find(kind, id), std::move(what));
  go(std::make_shared<flight>(flight{std::string{kind}, id, std::move(what), steady::now() + telling_patience, {}}));
}

void router::go(flight_ptr f) {
  const auto now = steady::now();
  if (now >= f->due)
    return end(*f, caf::make_error(caf::sec::request_timeout));
  f->tried = now;
  if (!self_->may_serve())
    return end(*f, refuse(errc::unavailable, "this node's cluster lease has expired"));
  const auto placed = self_->now();
  if (f->from_afar && f->epoch > placed->epoch())
    return wait(std::move(f));
  const auto* owner = placed->owner_of(f->id);
  f->epoch = placed->epoch();
  if (!owner)
    return end(*f, refuse(errc::unavailable, "no node serves entities now"));
  if (owner->node == self_->self())
    return self_->is_open(f->id) ? go_here(std::move(f)) : wait(std::move(f));
  if (f->from_afar) {
    redirected_->inc();
    return end(*f, refuse(errc::moved, std::to_string(placed->epoch())));
  }
  go_there(std::move(f), *owner, placed->epoch());
}

void router::go_here(flight_ptr f) {
  const auto target = is_of_new_id(f->what) ? host_.begin(f->kind, f->id) : host_.find(f->kind, f->id);
  if (!f->on_reply)
    return caf::anon_send(target, std::move(f->what));
  const auto left = std::chrono::duration_cast<milliseconds>(f->due - steady::now());
  auto what = f->what; // a copy, because the actor may change the message
  port_.ask(target, std::move(what), left, [this, f](result<caf::message> got) { land(f, std::move(got), false); });
}

void router::go_there(flight_ptr f, const member& owner, uint64_t epoch) {
  auto written = host_.forms_of(f->kind).write(f->what);
  if (!written)
    return end(*f, std::move(written.error()));
  const auto on_answer = [this, f](result<caf::message> got) {
    // Evaluate before the move: function arguments have no fixed order.
    const bool was_lost = !got && got.error() == caf::exit_reason::remote_link_unreachable;
    land(f, std::move(got), was_lost);
  };
  const auto number = f->on_reply ? asked_.put(on_answer, f->due, std::hash<uuid>{}(owner.node)) : 0;
  remote_->inc();
  ask_entity asked{number,
                   epoch,
                   wire_schema,
                   f->kind,
                   f->id,
                   std::string{written->type},
                   std::move(written->context),
                   std::move(written->body)};
  // The node has just left, or its outbox is full.
  if (!links_->send(owner.node, std::move(asked)) && (number == 0 || asked_.take(number)))
    wait(std::move(f));
}

void router::ask_node(const uuid& node, std::string body, milliseconds timeout, receiver on_reply) {
  const auto number = asked_.put(std::move(on_reply), steady::now() + timeout, std::hash<uuid>{}(node));
  ask_entity asked{number, 0, wire_schema, std::string{node_kind}, node, {}, {}, std::move(body)};
  if (!links_ || !links_->send(node, std::move(asked)))
    if (const auto waits = asked_.take(number))
      waits(refuse(errc::unavailable, "this node has no link to the target node"));
}

/// Handles the outcome of one attempt.
void router::land(const flight_ptr& f, result<caf::message> got, bool was_lost) {
  if (got)
    return end(*f, std::move(got));
  if (was_lost)
    return is_command(f->what)
             ? end(*f, refuse(errc::outcome_unknown,
                              "the node was lost and may have executed the command; check before you retry"))
             : wait(f);
  const auto why = explain(got.error());
  if (why.code == errc::moved && !f->from_afar) {
    // The other node may know a newer membership.
    if (std::strtoull(why.detail.c_str(), nullptr, 10) > f->epoch)
      refresh_();
    return wait(f);
  }
  // Nothing was written, and the entity loads its state again.
  if (why.code == errc::append_conflict && steady::now() - f->tried < milliseconds{500} && self_->may_serve())
    return wait(f);
  end(*f, std::move(got));
}

void router::wait(flight_ptr f) {
  if (f->from_afar && f->epoch > self_->now()->epoch())
    refresh_();
  bool full = false;
  {
    std::lock_guard guard{mutex_};
    full = waiting_.size() >= most_held;
    if (!full)
      waiting_.push_back(f);
    if (waiting_.size() == 1)
      retry_soon();
  }
  if (full)
    end(*f, refuse(errc::unavailable, "too many messages wait for other nodes"));
}

/// Makes the ticker try the waiting messages once. The caller holds the lock and calls this only if a message waits, so
/// that an idle node stays asleep.
void router::retry_soon() {
  if (ticker_ && !std::exchange(retrying_, true))
    caf::anon_send(ticker_, wake{});
}

void router::look_at_waiting(bool all) {
  std::deque<flight_ptr> due;
  {
    std::lock_guard guard{mutex_};
    retrying_ = retrying_ && all;
    if (waiting_.empty())
      return;
    const auto before = steady::now() - look_again_after;
    for (auto& f : std::exchange(waiting_, {}))
      (all || f->tried <= before ? due : waiting_).push_back(std::move(f));
    if (!waiting_.empty())
      retry_soon();
  }
  for (auto& f : due)
    guarded("router", [&] { go(std::move(f)); });
}

// -- requests and answers of other nodes
// --------------------------------------------------------------------------------

void router::answer(const uuid& to, uint64_t number, result<caf::message> got) {
  if (number == 0)
    return;
  entity_says out;
  out.number = number;
  if (got && got->match_elements<runtime::answer>()) {
    auto& a = got->get_mutable_as<runtime::answer>(0);
    out.version = a.version;
    out.body = std::move(a.body);
  } else if (got) {
    out.refusal = to_string(errc::internal);
    out.detail = "an entity sent a response of an unexpected type";
  } else {
    auto why = explain(got.error());
    out.refusal = to_string(why.code);
    out.detail = std::move(why.detail);
    out.fields = std::move(why.fields);
  }
  links_->send(to, std::move(out));
}

void router::on_ask(const uuid& from, ask_entity asked) {
  receiver reply;
  if (asked.number != 0)
    reply = [this, from, number = asked.number](result<caf::message> got) { answer(from, number, std::move(got)); };
  if (asked.kind == node_kind && on_node_)
    return on_node_(std::move(asked.body), std::move(reply));
  auto what = host_.knows(asked.kind)
                ? host_.forms_of(asked.kind).read(asked.type, asked.context, asked.body)
                : result<caf::message>{refuse(errc::unknown_message, "this node does not know the kind " + asked.kind)};
  if (!what) {
    host_.dead_letters().add({host_.time().now(), asked.kind, asked.id, asked.type, explain(what.error()).detail});
    return answer(from, asked.number, std::move(what.error()));
  }
  auto f =
    std::make_shared<flight>(flight{asked.kind, asked.id, std::move(*what), steady::now() + foreign_patience, reply});
  f->epoch = asked.epoch;
  f->from_afar = true;
  go(std::move(f));
}

void router::on_answer(entity_says said) {
  const auto on_reply = asked_.take(said.number);
  if (!on_reply)
    return;
  if (said.refusal.empty())
    return on_reply(caf::make_message(runtime::answer{said.version, std::move(said.body)}));
  auto code = errc::internal; // also for a code that this version does not know
  from_string(said.refusal, code);
  on_reply(said.fields.empty() ? refuse(code, std::move(said.detail))
                               : caf::make_error(code, std::move(said.detail), std::move(said.fields)));
}

void router::on_lost(const uuid& node) {
  asked_.fail(std::hash<uuid>{}(node), caf::make_error(caf::exit_reason::remote_link_unreachable));
}

void router::on_change() { look_at_waiting(true); }

void router::close() {
  {
    std::lock_guard guard{mutex_};
    if (ticker_)
      caf::anon_send_exit(ticker_, caf::exit_reason::user_shutdown);
    ticker_ = nullptr;
  }
  asked_.expire(steady::time_point::max(), caf::make_error(caf::sec::request_timeout));
}

} // namespace ainft::runtime::cluster
