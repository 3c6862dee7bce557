#include "actors/chain/sponsor/cost.hpp"

#include "net/solana/programs.hpp"

#include <algorithm>

namespace ainft::sponsor {

using runtime::errc;
using runtime::result;

namespace {

// Source: https://solana.com/docs/core/fees. The unit of a compute unit price is a micro-lamport.
constexpr uint64_t base_fee = 5'000;        ///< lamports per signature
constexpr uint64_t default_units = 200'000; ///< per instruction, if the transaction sets no limit
constexpr uint64_t most_units = 1'400'000;
constexpr uint64_t price_scale = 1'000'000;

caf::error refuse(std::string what) {
  return runtime::refuse(errc::forbidden, "the platform does not pay for a transaction in which " + std::move(what));
}

std::optional<lamports> times(lamports amount, uint64_t count) {
  uint64_t out = 0;
  return __builtin_mul_overflow(amount.get(), count, &out) ? std::nullopt : std::optional{lamports{out}};
}

/// Reads a little-endian integer at `offset` in an instruction's data.
template <class Int>
std::optional<Int> number_at(std::string_view data, size_t offset) {
  if (data.size() < offset + sizeof(Int))
    return std::nullopt;
  uint64_t out = 0;
  for (size_t i = 0; i < sizeof(Int); ++i)
    out |= uint64_t{static_cast<uint8_t>(data[offset + i])} << (8 * i);
  return static_cast<Int>(out);
}

/// Adds up the cost of the instructions. The fee payer is account 0 of every message.
class reader {
public:
  explicit reader(const solana::message& m) : m_{m} {}

  caf::error read(const solana::message::compiled_instruction& i) {
    if (i.program_index >= m_.accounts.size())
      return refuse("an instruction has an account index out of range");
    const auto& program = m_.accounts[i.program_index];
    if (program == solana::program::compute_budget())
      return read_budget(i.data);
    ++instructions_;
    if (std::find(i.accounts.begin(), i.accounts.end(), uint8_t{0}) == i.accounts.end())
      return {}; // a program can only debit accounts that it is given
    if (program == solana::program::system())
      return read_system(i);
    if (program == solana::program::associated_token())
      return read_associated(i);
    if (program == solana::program::token_2022())
      return read_token(i);
    return refuse("the program " + program.str() + " receives the fee payer's account");
  }

  result<cost> total() {
    const auto units = std::min(units_.value_or(default_units * instructions_), most_units);
    const auto priority = (static_cast<unsigned __int128>(units) * price_ + price_scale - 1) / price_scale;
    if (priority > UINT64_MAX)
      return refuse("the priority fee is too large");
    const auto fee = add(lamports{base_fee * m_.required_signatures}, lamports{static_cast<uint64_t>(priority)});
    if (!fee)
      return refuse("the fee is too large");
    out_.fee = *fee;
    return out_;
  }

private:
  caf::error read_budget(std::string_view data) {
    constexpr uint8_t request_heap = 1, set_limit = 2, set_price = 3, set_data_size = 4;
    const auto which = number_at<uint8_t>(data, 0).value_or(0);
    const auto limit = number_at<uint32_t>(data, 1);
    const auto price = number_at<uint64_t>(data, 1);
    if (which == set_limit && limit)
      units_ = *limit;
    else if (which == set_price && price)
      price_ = *price;
    else if (which != request_heap && which != set_data_size)
      return refuse("the compute budget has an unknown instruction");
    return {};
  }

  caf::error move(std::optional<uint64_t> amount) {
    const auto sum = amount ? add(out_.moved, lamports{*amount}) : std::nullopt;
    if (!sum)
      return refuse("an amount is missing or too large");
    out_.moved = *sum;
    return {};
  }

  /// Allows CreateAccount and Transfer. In both, the amount follows the 4-byte instruction number. A transfer to the
  /// fee payer costs it nothing.
  caf::error read_system(const solana::message::compiled_instruction& i) {
    constexpr uint32_t create_account = 0, transfer = 2;
    const auto which = number_at<uint32_t>(i.data, 0);
    if (i.accounts.size() != 2 || (which != create_account && which != transfer))
      return refuse("the system program receives the fee payer's account");
    if (i.accounts[0] == 0)
      return move(number_at<uint64_t>(i.data, 4));
    return which == transfer ? caf::error{} : refuse("the fee payer's account is created");
  }

  /// Allows Create and CreateIdempotent. The first account pays for both.
  caf::error read_associated(const solana::message::compiled_instruction& i) {
    if (i.data.size() > 1 || (i.data.size() == 1 && static_cast<uint8_t>(i.data[0]) > 1))
      return refuse("the associated-token program receives the fee payer's account");
    if (i.accounts.at(0) == 0)
      ++out_.token_accounts;
    return {};
  }

  /// Allows the fee payer only as the delegate that moves a sold token. It is the third account of ApproveChecked,
  /// which the seller signs, and the fourth account of TransferChecked, which it signs itself. Neither moves lamports.
  static caf::error read_token(const solana::message::compiled_instruction& i) {
    constexpr uint8_t transfer_checked = 12, approve_checked = 13;
    const auto which = number_at<uint8_t>(i.data, 0);
    const size_t delegate = which == approve_checked ? 2 : 3;
    const bool is_delegate = i.accounts.size() == 4 && i.accounts[delegate] == 0
                             && std::count(i.accounts.begin(), i.accounts.end(), uint8_t{0}) == 1;
    if ((which != transfer_checked && which != approve_checked) || !is_delegate)
      return refuse("the token program receives the fee payer's account");
    return {};
  }

  const solana::message& m_;
  cost out_;
  std::optional<uint64_t> units_;
  uint64_t price_ = 0;
  uint64_t instructions_ = 0;
};

} // namespace

result<cost> cost_of(const solana::message& m) {
  reader r{m};
  for (const auto& i : m.instructions)
    if (auto bad = r.read(i))
      return bad;
  return r.total();
}

result<lamports> most_of(const cost& c, lamports account_rent) {
  const auto rents = times(account_rent, c.token_accounts);
  const auto moved = rents ? add(c.moved, *rents) : std::nullopt;
  const auto sum = moved ? add(*moved, c.fee) : std::nullopt;
  return sum ? result<lamports>{*sum} : refuse("the sum of the payments exceeds 64 bits");
}

} // namespace ainft::sponsor
