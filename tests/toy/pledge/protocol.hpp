#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "net/solana/types.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/text.hpp"

/// A pledge: a user promises an amount, pays it from a wallet, and is thanked.
namespace ainft::pledge {

using pledge_id = runtime::typed_id<"plg">;
using note_text = runtime::display_text<200>;

constexpr std::string_view purpose = "pledge"; ///< of its transactions; stored, so it must never change

/// Nobody pays a pledge twice.
inline const runtime::errc already_paid =
  runtime::define_error({409, "pledge_already_paid", "The pledge has been paid already"});

/// The body of POST /v1/pledges.
struct new_pledge {
  positive_lamports amount;
  note_text note;
};
AINFT_DESCRIBE(new_pledge, (amount, about("In lamports. The operator sets a least amount.")),
               (note, about("What it is for.")))
AINFT_ABOUT(new_pledge, "A pledge to make.")

// -- commands ---------------------------------------------------------------------------------------------------------

struct make_pledge {
  static constexpr bool creates = true;
  pledge_id id;
  new_pledge what;
};
AINFT_DESCRIBE(make_pledge, id, what)

/// The owner has signed a transaction that pays it. Until this transaction ends, no other one may pay it.
struct begin_payment {
  transaction_id transaction;
};
AINFT_DESCRIBE(begin_payment, transaction)

/// The transaction has ended.
struct finish_payment {
  transaction_id transaction;
  std::optional<solana::signature> signature; ///< absent if it failed or expired
};
AINFT_DESCRIBE(finish_payment, transaction, signature)

struct thank {};
AINFT_DESCRIBE(thank)

// -- events -----------------------------------------------------------------------------------------------------------

struct pledge_made {
  static constexpr bool shows_view = true;
  pledge_id id;
  user_id owner;
  new_pledge what;
  runtime::time_point at;
};
AINFT_DESCRIBE(pledge_made, id, owner, what, at)
AINFT_ABOUT(pledge_made, "Somebody has made a pledge. `data` is the pledge.")

struct payment_begun {
  transaction_id transaction;
};
AINFT_DESCRIBE(payment_begun,
               (transaction, shown_as("transaction_id"), about("The payment, which is on its way to Solana.")))
AINFT_ABOUT(payment_begun, "The owner has signed a payment: the pledge is `paying`.")

struct payment_failed {
  transaction_id transaction;
};
AINFT_DESCRIBE(payment_failed, (transaction, shown_as("transaction_id"), about("The payment that failed.")))
AINFT_ABOUT(payment_failed, "The payment failed: the pledge is `open` again.")

struct pledge_paid {
  transaction_id transaction;
  solana::signature signature;
};
AINFT_DESCRIBE(pledge_paid, (transaction, shown_as("transaction_id"), about("The payment.")),
               (signature, about("Of the payment on Solana.")))
AINFT_ABOUT(pledge_paid, "The payment is on Solana: the pledge is `paid`.")

struct pledge_thanked {
  runtime::time_point at;
};
AINFT_DESCRIBE(pledge_thanked, (at, about("When.")))
AINFT_ABOUT(pledge_thanked, "The platform has thanked the owner: the pledge is `thanked`.")

// -- what others see --------------------------------------------------------------------------------------------------

AINFT_ENUM(phase, open, paying, paid, thanked)

struct view {
  pledge_id id;
  user_id owner_id;
  positive_lamports amount;
  note_text note;
  phase state = phase::open;
  std::optional<ainft::transaction_id> transaction_id;
  std::optional<solana::signature> signature;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, (owner_id, about("The user who made it and pays it.")), (amount, about("In lamports.")),
               (note, about("What it is for.")),
               (state, about("`open`: nobody has paid it yet. `paying`: a signed transaction is on its way. `paid`: it "
                             "is on Solana. `thanked`: the platform has also thanked its owner.")),
               (transaction_id, about("The transaction that pays or has paid it.")),
               (signature, about("Of the transaction on Solana that paid it.")),
               (created_at, about("When its owner made it.")))
AINFT_ABOUT(view, "A pledge: a user promises an amount and pays it.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "pledge";
  using view = pledge::view;
};

} // namespace ainft::pledge
