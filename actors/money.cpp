#include "actors/money.hpp"

#include <algorithm>

namespace ainft {

namespace {

/// floor(amount * part / whole) without overflow.
uint64_t portion(uint64_t amount, uint64_t part, uint64_t whole) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(amount) * part / whole);
}

void pay(std::vector<payout>& out, const wallet_address& to, uint64_t amount) {
  if (amount == 0)
    return;
  const auto it = std::find_if(out.begin(), out.end(), [&](const payout& p) { return p.to == to; });
  if (it == out.end())
    out.push_back({to, lamports{amount}});
  else
    it->amount = lamports{it->amount.get() + amount};
}

} // namespace

runtime::result<std::vector<payout>> split_sale(lamports price, uint16_t royalty_bps,
                                                const std::vector<creator_share>& creators, uint16_t fee_bps,
                                                const wallet_address& seller, const wallet_address& reserve) {
  if (!leaves_room(royalty_bps, fee_bps))
    return runtime::refuse_field("/royaltyBps", "must be at most " + std::to_string(std::max(0, 10'000 - fee_bps))
                                                  + ", so that royalty and platform fee fit into the price");
  if (auto bad = check_creators(creators))
    return bad;
  const auto fee = portion(price.get(), fee_bps, 10'000);
  const auto royalty = creators.empty() ? 0 : portion(price.get(), royalty_bps, 10'000);
  std::vector<payout> out;
  pay(out, seller, price.get() - fee - royalty);
  auto left = royalty;
  for (size_t i = creators.size(); i-- > 1;) {
    const auto part = portion(royalty, creators[i].share, 100);
    pay(out, creators[i].address, part);
    left -= part;
  }
  if (!creators.empty())
    pay(out, creators[0].address, left);
  pay(out, reserve, fee);
  return out;
}

caf::error check_creators(const std::vector<creator_share>& creators) {
  if (creators.size() > 5)
    return runtime::refuse_field("/creators", "must have at most 5 entries");
  unsigned sum = 0;
  for (size_t i = 0; i < creators.size(); ++i) {
    sum += creators[i].share;
    for (size_t k = 0; k < i; ++k)
      if (creators[k].address == creators[i].address)
        return runtime::refuse_field("/creators/" + std::to_string(i) + "/address", "must not occur twice");
  }
  if (!creators.empty() && sum != 100)
    return runtime::refuse_field("/creators", "must have shares that sum to 100");
  return {};
}

} // namespace ainft
