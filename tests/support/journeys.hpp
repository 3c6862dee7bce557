#pragma once

#include "actors/chain/sponsor/cost.hpp"
#include "actors/market/listing/sale.hpp"
#include "actors/market/nft/minting.hpp"
#include "net/solana/programs.hpp"
#include "tests/support/values.hpp"

#include <set>

/// The platform's transactions, compiled as for signing, and a model of the lamports that the chain moves.
namespace ainft::testing {

/// The minimum balance of an account of `space` bytes (rent exemption).
inline lamports rent_of(uint64_t space) { return lamports{(128 + space) * 6'960}; }

inline solana::message compiled(const solana::public_key& payer, const std::vector<solana::instruction>& instructions) {
  const auto m = solana::compile(solana::message_version::v0, payer, solana::hash{}, instructions);
  return *solana::message::parse(m->serialize()); // in the form that is signed
}

inline solana::message mint_message(const solana::public_key& payer, const wallet_address& creator,
                                    const solana::public_key& mint) {
  nft::view v;
  v.name = *nft::nft_name::parse("Dawn");
  v.symbol = *nft::symbol_text::parse("DWN");
  const std::string uri = "https://example.test/1.json";
  const auto space =
    solana::token_program::mint_with_metadata_pointer_size + solana::token_metadata::space("Dawn", "DWN", uri, {});
  return compiled(payer, nft::mint_instructions(v, creator, mint, payer, uri, rent_of(space)));
}

inline solana::message purchase_message(const solana::public_key& payer, const wallet_address& seller,
                                        const wallet_address& buyer, const solana::public_key& mint, lamports price) {
  listing::view v;
  v.mint = mint;
  v.seller.wallet = seller;
  return compiled(payer, listing::purchase_instructions(v, buyer, {{seller, price}}, payer));
}

/// Executes messages, but models only their lamports.
class ledger {
public:
  explicit ledger(const solana::public_key& payer) : payer_{payer} {}

  void close(const solana::public_key& account) { open_.erase(account); }
  [[nodiscard]] unsigned __int128 lost() const { return lost_; }

  /// Runs a message; if it `fails`, it costs only its fee. Returns the lamports that the fee payer lost.
  uint64_t run(const solana::message& m, bool fails) {
    uint64_t out = uint64_t{5'000} * m.required_signatures; // the platform's transactions have no priority fee
    if (!fails)
      for (const auto& i : m.instructions)
        out += moved_by(m, i);
    lost_ += out;
    return out;
  }

private:
  uint64_t moved_by(const solana::message& m, const solana::message::compiled_instruction& i) {
    using namespace solana;
    const auto& program = m.accounts[i.program_index];
    const auto account = [&](size_t n) { return m.accounts[i.accounts.at(n)]; };
    if (program == program::system() && account(0) == payer_) {
      uint64_t amount = 0;
      for (size_t b = 0; b < 8; ++b)
        amount |= uint64_t{static_cast<uint8_t>(i.data.at(4 + b))} << (8 * b);
      return amount;
    }
    if (program == program::associated_token() && open_.insert(account(1)).second && account(0) == payer_)
      return rent_of(sponsor::token_account_size).get();
    return 0;
  }

  solana::public_key payer_;
  std::set<solana::public_key> open_;
  unsigned __int128 lost_ = 0;
};

} // namespace ainft::testing
