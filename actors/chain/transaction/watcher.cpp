#include "actors/chain/transaction/watcher.hpp"

#include "actors/chain/transaction/domain.hpp"
#include "actors/chain/transaction/landing.hpp"
#include "net/base64.hpp"
#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

namespace ainft::transaction {

namespace {

using runtime::uuid;
using std::chrono::milliseconds;
using ids = std::vector<uuid>;

constexpr milliseconds look_every{400}; ///< about one slot
constexpr milliseconds send_every{2'000};
constexpr size_t statuses_at_once = 256; ///< limit of the RPC method getSignatureStatuses

ids find_under_way(persistence::session& db) {
  static constexpr persistence::statement select{"transactions_under_way",
                                                 "select id from transactions where state = 'submitted' order by id"};
  ids out;
  for (const auto& row : db.run(select))
    out.push_back(persistence::read_uuid(row[0]));
  return out;
}

class watcher final : public caf::event_based_actor {
public:
  watcher(caf::actor_config& cfg, const services* s) : caf::event_based_actor(cfg), s_{*s} {
    waiting_ = system().metrics().gauge_singleton("ainft", "transactions_under_way",
                                                  "Submitted transactions that are not settled yet");
    runtime::report_failures("transaction_watcher", *this); // its supervisor restarts it
    sent_ = system().metrics().counter_singleton("ainft", "transactions_sent", "Transaction submissions", "1", true);
  }

  const char* name() const override { return "ainft.transaction_watcher"; }

  caf::behavior make_behavior() override {
    restore();
    run_delayed(look_every, [this] { look(); });
    return {
      [this](const uuid& id) { take(id); },
      [](const runtime::continuation& c) { c.run(); },
    };
  }

private:
  struct pending {
    solana::transaction tx;
    transaction::landing landing;
    std::chrono::steady_clock::time_point sent{};
    bool ending = false;
  };

  /// Wraps `f` so that it runs as a message of this actor, on whichever thread it is called.
  template <class F>
  auto among_messages(F f) {
    return [self = caf::actor{this}, f = std::move(f)](auto&& value) {
      caf::anon_send(
        self, runtime::continuation{[f, v = std::forward<decltype(value)>(value)]() mutable { f(std::move(v)); }});
    };
  }

  void restore() {
    s_.db.run(find_under_way, among_messages([this](runtime::result<ids> found) {
                if (!found) {
                  run_delayed(send_every, [this] { restore(); });
                  return;
                }
                for (const auto& id : *found)
                  take(id);
              }));
  }

  void take(const uuid& id) {
    if (pending_.contains(id))
      return;
    s_.entities.ask(domain::kind, id, caf::make_message(runtime::get_view{}), ask_timeout,
                    among_messages([this, id](const runtime::result<caf::message>& got) {
                      const auto a = net::reply_as<runtime::answer>(got);
                      if (a)
                        return add(id, *a);
                      spdlog::warn("transaction watcher: {}: {}", transaction_id{id}.str(),
                                   runtime::explain(a.error()).detail);
                      run_delayed(send_every, [this, id] { take(id); });
                    }));
  }

  void add(const uuid& id, const runtime::answer& a) {
    auto v = value_of<domain>(a);
    auto tx = v ? solana::transaction::parse(net::base64_decode(v->base64).value_or(""))
                : runtime::result<solana::transaction>{v.error()};
    if (!tx || v->state == phase::awaiting_signature)
      return retry_soon(id);
    if (v->state != phase::submitted || pending_.contains(id))
      return;
    auto& p = pending_[id];
    p.tx = std::move(*tx);
    p.landing = transaction::landing{v->last_valid_block_height};
    waiting_->value(static_cast<int64_t>(pending_.size()));
    send(p);
  }

  /// The journal has the submission, but the entity's committed state does not have it yet.
  void retry_soon(const uuid& id) {
    run_delayed(look_every, [this, id] { take(id); });
  }

  void send(pending& p) {
    p.sent = std::chrono::steady_clock::now();
    sent_->inc();
    s_.chain.send(p.tx, [](const runtime::result<solana::signature>& r) {
      if (!r)
        spdlog::warn("cannot send a transaction: {}", runtime::explain(r.error()).detail);
    });
  }

  void look() {
    run_delayed(look_every, [this] { look(); });
    if (pending_.empty() || looking_)
      return;
    looking_ = true;
    ids of;
    std::vector<solana::signature> signatures;
    for (auto it = pending_.upper_bound(last_looked_); it != pending_.end() && of.size() < statuses_at_once; ++it) {
      of.push_back(it->first);
      signatures.push_back(it->second.tx.signatures.front());
    }
    last_looked_ = of.size() < statuses_at_once ? uuid{} : of.back();
    // Read the finalized block first. A missing status counts only if it is from that block's slot or later (see
    // landing).
    s_.chain.finalized_point(
      finalized_slot_, among_messages([this, of, signatures](runtime::result<solana::chain_point> finalized) {
        if (!finalized) {
          looking_ = false;
          return;
        }
        finalized_slot_ = std::max(finalized_slot_, finalized->slot);
        s_.chain.statuses(signatures,
                          among_messages([this, of, at = *finalized](runtime::result<solana::status_list> found) {
                            looking_ = false;
                            if (found)
                              judge_all(of, *found, at);
                          }));
      }));
  }

  void judge_all(const ids& of, const solana::status_list& found, const solana::chain_point& finalized) {
    for (size_t i = 0; i < of.size() && i < found.all.size(); ++i)
      if (const auto it = pending_.find(of[i]); it != pending_.end() && !it->second.ending)
        judge(it->first, it->second, found.all[i], found.slot, finalized);
  }

  void judge(const uuid& id, pending& p, const solana::signature_status& status, uint64_t status_slot,
             const solana::chain_point& finalized) {
    switch (p.landing.look(status, status_slot, finalized)) {
    case verdict::confirmed: return end(id, p, confirm{status.slot});
    case verdict::failed: return end(id, p, fail{status.failure});
    case verdict::expired: return end(id, p, expire{});
    case verdict::open:
      if (std::chrono::steady_clock::now() - p.sent >= send_every)
        send(p);
    }
  }

  template <class Command>
  void end(const uuid& id, pending& p, Command c) {
    p.ending = true;
    auto command = runtime::command_message(runtime::command_context{}, std::move(c));
    s_.entities.ask(domain::kind, id, std::move(command), ask_timeout,
                    among_messages([this, id](const runtime::result<caf::message>& got) {
                      const auto it = pending_.find(id);
                      if (it == pending_.end())
                        return;
                      if (!got) {
                        it->second.ending = false;
                        return;
                      }
                      pending_.erase(it);
                      waiting_->value(static_cast<int64_t>(pending_.size()));
                    }));
  }

  const services& s_;
  std::map<uuid, pending> pending_;
  uuid last_looked_;
  uint64_t finalized_slot_ = 0; ///< highest slot seen; the watcher accepts no answer of a node that is behind it
  bool looking_ = false;
  caf::telemetry::int_gauge* waiting_;
  caf::telemetry::int_counter* sent_;
};

} // namespace

caf::actor start_watcher(const services& s) { return s.system.spawn<watcher>(&s); }

runtime::follower start_submission_follower(const services& s, const caf::actor& watcher) {
  return runtime::start_follower(s.system, s.host.log(),
                                 {"transaction_submission",
                                  {"transaction.transaction_submitted"},
                                  [watcher](const runtime::followed_event& e, std::function<void(caf::error)> done) {
                                    caf::anon_send(watcher, e.event.entity);
                                    done({});
                                  }});
}

} // namespace ainft::transaction
