#pragma once

#include "net/solana/types.hpp"

#include <vector>

namespace ainft::solana {

struct account_meta {
  public_key key;
  bool is_signer = false;
  bool is_writable = false;
};

struct instruction {
  public_key program;
  std::vector<account_meta> accounts;
  std::string data;
};

enum class message_version : uint8_t { legacy, v0 };

/// What is signed. Accounts are in the order of the wire format: writable signers (the fee payer first), read-only
/// signers, writable others, read-only others; inside each in the order of their first use.
struct message {
  struct compiled_instruction {
    uint8_t program_index = 0;
    std::vector<uint8_t> accounts;
    std::string data;
  };

  message_version version = message_version::v0;
  uint8_t required_signatures = 0;
  uint8_t readonly_signed = 0;
  uint8_t readonly_unsigned = 0;
  std::vector<public_key> accounts;
  hash recent_blockhash;
  std::vector<compiled_instruction> instructions;

  /// The bytes that are signed (Solana's transaction format). A v0 message here has no address table look-ups.
  [[nodiscard]] std::string serialize() const;

  /// Reads one; refuses with errc::validation_failed anything that is not well formed or has bytes left over.
  static result<message> parse(std::string_view bytes);

  /// The keys that must sign, in order.
  [[nodiscard]] std::vector<public_key> signers() const;
};

/// Compiles instructions into a message that `payer` pays for. Refuses with errc::validation_failed beyond 256 accounts.
[[nodiscard]] result<message> compile(message_version version, const public_key& payer, const hash& recent_blockhash,
                                      const std::vector<instruction>& instructions);

/// Signatures and the bytes of the message that they sign. A missing signature is 64 zeros.
struct transaction {
  std::vector<signature> signatures;
  std::string message_bytes;

  /// With all signatures missing.
  static result<transaction> unsigned_of(const message& m);

  /// Puts in the signature of `key` at its place; false when the message does not ask for it.
  bool put_signature(const public_key& key, const signature& sig);

  /// At most 1,232 bytes, what fits into a packet.
  static constexpr size_t max_size = 1232;
  [[nodiscard]] std::string serialize() const;
  static result<transaction> parse(std::string_view bytes);
};

/// The variable-length count of Solana's wire format: 7 bits a byte, the least significant first, at most 3 bytes.
void append_compact_u16(std::string& out, uint16_t value);
/// Takes one off the front of `bytes`; nothing when it is not well formed or longer than need be.
[[nodiscard]] std::optional<uint16_t> take_compact_u16(std::string_view& bytes);

} // namespace ainft::solana
