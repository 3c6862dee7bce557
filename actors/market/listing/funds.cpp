#include "actors/market/listing/funds.hpp"

namespace ainft::listing {

using runtime::errc;
using runtime::refuse;

caf::error check_funds(lamports held, const purchase_funds& needs) {
  const auto whole = add(needs.price, needs.account_rent);
  if (!whole || held < *whole)
    return refuse(errc::insufficient_funds,
                  "the wallet holds " + held.str() + " lamports, the price is " + needs.price.str()
                    + ", and the token account's rent, which the buyer also pays, is " + needs.account_rent.str());
  const lamports left{held.get() - whole->get() + needs.to_buyer.get()};
  if (left.get() != 0 && left < needs.least_left)
    return refuse(errc::insufficient_funds, "the wallet would keep " + left.str()
                                              + " lamports; Solana requires that it keeps none or at least "
                                              + needs.least_left.str());
  return {};
}

lamports missing_rent(lamports rent, lamports held_by_account) {
  return lamports{rent > held_by_account ? rent.get() - held_by_account.get() : 0};
}

} // namespace ainft::listing
