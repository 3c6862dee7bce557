#include "actors/market/listing/backing.hpp"

#include "actors/market/listing/domain.hpp"
#include "actors/market/listing/settings.hpp"
#include "config/durations.hpp"
#include "runtime/try.hpp"

namespace ainft::listing {

using runtime::errc;
using runtime::field_error;
using runtime::refuse;

namespace {

caf::error refuse_unbacked(lamports held) {
  const auto rule = "must be at most the wallet's balance, " + held.str() + " lamports";
  return caf::make_error(errc::insufficient_funds, "the amount " + rule, std::vector<field_error>{{"/amount", rule}});
}

/// The standing bids in the committed state of the listing's actor.
task<std::vector<standing_bid>> standing_bids(const services& s, listing_id id) {
  auto message = caf::make_message(runtime::inspect_entity{});
  AINFT_CO_TRY(got, co_await net::ask_entity(s.entities, domain::kind, id.get(), std::move(message), ask_timeout));
  AINFT_CO_TRY(inside, runtime::parse_json(got.body));
  AINFT_CO_TRY(now, runtime::from_json<state>((inside)["state"], runtime::json_reader::unknown_fields::ignored));
  co_return std::move(now.standing);
}

} // namespace

boost::asio::awaitable<caf::error> check_backing(const services& s, const http::call& c, listing_id id,
                                                 positive_lamports amount) {
  AINFT_CO_TRY(wallet, wallet_address::parse(c.who.wallet));
  const lamports wanted{amount.get()};
  const auto age = in_ms(s.settings.of<settings>().balance_age);
  const auto held = co_await s.wallets.of(wallet, wanted, age);
  if (held && *held >= wanted)
    co_return caf::error{};
  // Report an error of the bid itself first.
  AINFT_CO_TRY(shown, co_await read<domain>(s, id.get()));
  if (auto bad = may_bid(shown, user_id{c.who.user}, amount, s.host.time().now()))
    co_return bad;
  if (!held)
    co_return refuse(errc::unavailable, "the wallet's balance cannot be read from Solana now; retry");
  co_return refuse_unbacked(*held);
}

task<std::vector<bid_id>> unbacked_bids(const services& s, listing_id id) {
  AINFT_CO_TRY(bids, co_await standing_bids(s, id));
  if (bids.empty())
    co_return std::vector<bid_id>{};
  std::vector<wallet_address> wallets;
  wallets.reserve(bids.size());
  for (const auto& bid : bids)
    wallets.push_back(bid.bidder.wallet);
  auto held = co_await on_chain<std::vector<lamports>>([&](auto done) { s.chain.balances(wallets, std::move(done)); });
  if (!held)
    co_return refuse(errc::unavailable, "the bidders' balances cannot be read from Solana now; retry");
  std::vector<bid_id> out;
  for (size_t i = 0; i < bids.size(); ++i)
    if ((*held)[i].get() < (bids)[i].amount.get())
      out.push_back((bids)[i].id);
  co_return out;
}

} // namespace ainft::listing
