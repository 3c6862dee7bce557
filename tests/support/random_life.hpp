#pragma once

#include "actors/ai/agent/domain.hpp"
#include "actors/ai/job/domain.hpp"
#include "actors/ai/prompt_template/domain.hpp"
#include "actors/auth/session/domain.hpp"
#include "actors/auth/user/domain.hpp"
#include "actors/chain/transaction/domain.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/nft/domain.hpp"
#include "actors/studios/asset/domain.hpp"
#include "actors/studios/studio/domain.hpp"
#include "net/base64.hpp"
#include "net/solana/programs.hpp"
#include "tests/support/random_values.hpp"

/// Random commands for every kind of entity. A `mend` function corrects a command where chance alone would hardly ever
/// make a useful one.
namespace ainft::random_life {

using random_values::filler;

template <class... Ts>
struct kind_list {};
using all_kinds =
  kind_list<user::domain, session::domain, studio::domain, asset::domain, nft::domain, transaction::domain,
            listing::domain, ai_job::domain, prompt_template::domain, agent::domain>;

template <class State, class Command>
void mend(filler&, const State&, Command&) {}

inline void mend(filler&, const ai_job::state&, ai_job::create_job& c) {
  c.what.params = {};
  c.what.count = 1;
  c.what.priority = 5;
  c.what.time_limit = 600;
  c.what.source.reset();
  c.training.reset();
  c.what.kind = ai_job::kind::image;
  c.what.prompt = *ai_job::prompt_text::parse("a lake");
}

inline void mend(filler&, const nft::state&, nft::create_nft& c) {
  c.what.creators.clear();
  c.what.royalty_bps = std::min<uint16_t>(c.what.royalty_bps, 5000);
}

inline void mend(filler& f, const nft::state& s, nft::start_mint& c) {
  if (!f.one_in(4))
    c.replaces = s.shown.mint_transaction_id;
}

inline void mend(filler&, const prompt_template::state&, prompt_template::create_template& c) {
  c.what.content.variables.clear();
}
inline void mend(filler&, const prompt_template::state&, prompt_template::change_template& c) {
  if (c.content)
    c.content->variables.clear();
}

/// Mostly an auction that has time for some bids, and whose winner has time to miss the payment deadline.
inline void mend(filler& f, const listing::state&, listing::create_listing& c) {
  c.terms.kind = f.one_in(4) ? listing::kind::fixed : listing::kind::auction;
  c.terms.price = positive_lamports{1 + f.below(3)};
  c.terms.min_increment = positive_lamports{1};
  c.terms.max_raise = 1000;
  c.terms.payment_window = 60;
  c.terms.approval_window = 1000;
  c.terms.ends_at = f.now + std::chrono::seconds{600};
  c.terms.royalty_bps = 0;
}

inline void mend(filler& f, const listing::state& s, listing::place_bid& c) {
  c.id = bid_id{f.new_id()};
  c.amount = positive_lamports{(s.best() ? s.best()->amount.get() : 1) + f.below(4)};
}

inline void mend(filler& f, const listing::state& s, listing::strike_bid& c) {
  if (!s.standing.empty() && !f.one_in(4))
    c.id = f.any_of(s.standing).id;
}

inline void mend(filler& f, const listing::state& s, listing::begin_settlement& c) {
  const auto* best = s.best();
  if (best && !f.one_in(4))
    c.buyer = best->bidder;
  if (!f.one_in(4))
    c.amount = lamports{best ? best->amount.get() : s.terms.price.get()};
}

inline void mend(filler& f, const agent::state&, agent::create_agent& c) {
  c.what.tools = {agent::tool::make_job, agent::tool::draft_nft, agent::tool::list_nft, agent::tool::place_bid,
                  agent::tool::reply};
  c.what.approvals = agent::usual_approvals();
  c.what.budget.credits = 200 + f.below(1000);
  c.what.budget.money = lamports{f.below(20)};
}

inline void mend(filler& f, const agent::state& s, agent::begin_plan& c) {
  if (!s.shown.run || f.one_in(4))
    return;
  c.run = s.shown.run->number;
  c.step = s.shown.run->steps + 1;
}

inline void mend(filler& f, const agent::state& s, agent::finish_plan& c) {
  if (s.shown.plan_job_id && !f.one_in(4))
    c.job = *s.shown.plan_job_id;
  for (auto& call : c.next.calls)
    if (!s.shown.tools.empty() && !f.one_in(4))
      call.name = *ai::tool_name::parse(runtime::name_of(f.any_of(s.shown.tools)));
}

/// Names the oldest open call, as the agent's follower would.
template <class Command>
void name_call(filler& f, const agent::state& s, Command& c) {
  if (s.shown.open_calls.empty() || f.one_in(4))
    return;
  const auto& first = s.shown.open_calls.front();
  c.call = first.call.id;
  if constexpr (requires { c.run; })
    c.run = first.run;
}
inline void mend(filler& f, const agent::state& s, agent::answer_approval& c) {
  name_call(f, s, c);
  c.approve = !f.one_in(4);
}
inline void mend(filler& f, const agent::state& s, agent::begin_call& c) {
  name_call(f, s, c);
  c.credits = f.below(5);
  c.bid = lamports{f.below(4)};
}
inline void mend(filler& f, const agent::state& s, agent::await_job& c) { name_call(f, s, c); }
inline void mend(filler& f, const agent::state& s, agent::finish_call& c) { name_call(f, s, c); }

/// The keys of the platform and the wallet; created once.
inline const std::array<solana::key_pair, 2>& signers() {
  static const std::array<solana::key_pair, 2> keys{solana::key_pair::make(), solana::key_pair::make()};
  return keys;
}

inline void mend(filler& f, const transaction::state&, transaction::prepare& c) {
  const auto& [payer, wallet] = signers();
  const auto pay =
    solana::system_program::transfer(wallet.address(), testing_values::wallet(9), lamports{1 + f.below(3)});
  const auto m = solana::compile(solana::message_version::v0, payer.address(), solana::hash{}, {pay});
  const auto tx = *solana::transaction::unsigned_of(*m);
  c.what.wallet = wallet.address();
  c.what.message = net::base64_encode(tx.message_bytes);
  c.what.signatures = tx.signatures;
}

inline void mend(filler& f, const transaction::state& s, transaction::submit& c) {
  const auto bytes = net::base64_decode(s.what.message).value_or("");
  if (bytes.empty() || f.one_in(4))
    return;
  c.signatures.clear();
  for (const auto& key : signers())
    c.signatures.push_back(key.sign(bytes));
}

inline void mend(filler& f, const session::state& s, session::rotate_token& c) {
  if (f.one_in(2))
    c.presented = s.refresh;
}

/// A random command of a kind, with random values.
template <class Domain>
typename Domain::commands any_command(filler& f, const typename Domain::state& s) {
  using commands = typename Domain::commands;
  const auto which = f.below(std::variant_size_v<commands>);
  commands out;
  [&]<size_t... I>(std::index_sequence<I...>) { (void)((I == which && (out.template emplace<I>(), true)) || ...); }
  (std::make_index_sequence<std::variant_size_v<commands>>{});
  std::visit(
    [&](auto& c) {
      f.value(c);
      mend(f, s, c);
    },
    out);
  return out;
}

/// The platform, or one of two users.
inline runtime::principal anybody(filler& f) {
  return f.one_in(2) ? runtime::principal{} : testing_values::person(static_cast<uint8_t>(1 + f.below(2)));
}

template <class Command>
constexpr bool creates() {
  if constexpr (requires { Command::creates; })
    return Command::creates;
  else
    return false;
}

} // namespace ainft::random_life
