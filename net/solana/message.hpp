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

/// The signed part of a transaction. Accounts are in the order of the wire format: writable signers (the fee payer
/// first), read-only signers, other writable accounts, other read-only accounts. Within each group, they are in the
/// order of first use.
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

  /// The bytes to sign (Solana's transaction format). A v0 message here has no address table lookups.
  [[nodiscard]] std::string serialize() const;

  /// Parses a message. Refuses with errc::validation_failed a malformed message or one with trailing bytes.
  static result<message> parse(std::string_view bytes);

  /// The keys that must sign, in order.
  [[nodiscard]] std::vector<public_key> signers() const;
};

/// Compiles instructions into a message with `payer` as the fee payer. Refuses with errc::validation_failed more than
/// 256 accounts.
[[nodiscard]] result<message> compile(message_version version, const public_key& payer, const hash& recent_blockhash,
                                      const std::vector<instruction>& instructions);

/// Signatures, and the bytes of the message that they sign. A missing signature is 64 zero bytes.
struct transaction {
  std::vector<signature> signatures;
  std::string message_bytes;

  /// Makes a transaction with all signatures missing. Refuses one of more than `max_size` bytes.
  static result<transaction> unsigned_of(const message& m);

  /// Sets the signature of `key`. False if the message does not require it.
  bool put_signature(const public_key& key, const signature& sig);

  /// The maximum size of a transaction in bytes, so that it fits into a packet.
  static constexpr size_t max_size = 1232;
  [[nodiscard]] std::string serialize() const;
  static result<transaction> parse(std::string_view bytes);
};

/// Solana's compact-u16 length: 7 bits per byte, least significant first, at most 3 bytes.
void append_compact_u16(std::string& out, uint16_t value);
/// Reads a length at the front of `bytes` and removes it. Nothing if it is malformed or not in its shortest form.
[[nodiscard]] std::optional<uint16_t> take_compact_u16(std::string_view& bytes);

} // namespace ainft::solana
