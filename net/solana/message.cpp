#include "net/solana/message.hpp"
#include "runtime/try.hpp"

#include <algorithm>

namespace ainft::solana {

namespace {

constexpr uint8_t version_bit = 0x80;

caf::error malformed(std::string what) {
  return runtime::refuse(errc::validation_failed, "the transaction " + std::move(what));
}

/// Reads from the front of a byte string.
class reader {
public:
  explicit reader(std::string_view bytes) : left_{bytes} {}

  bool byte(uint8_t& out) {
    if (left_.empty())
      return false;
    out = static_cast<uint8_t>(left_[0]);
    left_.remove_prefix(1);
    return true;
  }

  bool bytes(size_t size, std::string_view& out) {
    if (left_.size() < size)
      return false;
    out = left_.substr(0, size);
    left_.remove_prefix(size);
    return true;
  }

  bool count(uint16_t& out) {
    const auto n = take_compact_u16(left_);
    out = n.value_or(0);
    return n.has_value();
  }

  template <class T>
  bool value(T& out) {
    std::string_view raw;
    if (!bytes(T::size, raw))
      return false;
    out = T{raw};
    return true;
  }

  [[nodiscard]] std::string_view rest() const { return left_; }

private:
  std::string_view left_;
};

bool read_instruction(reader& in, message::compiled_instruction& out) {
  uint16_t count = 0;
  std::string_view raw;
  if (!in.byte(out.program_index) || !in.count(count) || !in.bytes(count, raw))
    return false;
  out.accounts.assign(raw.begin(), raw.end());
  if (!in.count(count) || !in.bytes(count, raw))
    return false;
  out.data = raw;
  return true;
}

/// Whether every index of `i` is below `count`. Code that looks up accounts relies on it.
bool names_accounts_below(const message::compiled_instruction& i, size_t count) {
  return i.program_index < count
         && std::all_of(i.accounts.begin(), i.accounts.end(), [count](uint8_t index) { return index < count; });
}

} // namespace

void append_compact_u16(std::string& out, uint16_t value) {
  for (; value >= 0x80; value >>= 7)
    out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::optional<uint16_t> take_compact_u16(std::string_view& bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 3 && i < bytes.size(); ++i) {
    const auto b = static_cast<uint8_t>(bytes[i]);
    value |= uint32_t{b & 0x7Fu} << (7 * i);
    if (b & 0x80)
      continue;
    const bool padded = i > 0 && b == 0;
    if (padded || value > 0xFFFF)
      return std::nullopt;
    bytes.remove_prefix(i + 1);
    return static_cast<uint16_t>(value);
  }
  return std::nullopt;
}

std::string message::serialize() const {
  std::string out;
  if (version == message_version::v0)
    out += static_cast<char>(version_bit);
  out += static_cast<char>(required_signatures);
  out += static_cast<char>(readonly_signed);
  out += static_cast<char>(readonly_unsigned);
  append_compact_u16(out, static_cast<uint16_t>(accounts.size()));
  for (const auto& key : accounts)
    out += key.view();
  out += recent_blockhash.view();
  append_compact_u16(out, static_cast<uint16_t>(instructions.size()));
  for (const auto& i : instructions) {
    out += static_cast<char>(i.program_index);
    append_compact_u16(out, static_cast<uint16_t>(i.accounts.size()));
    out.append(i.accounts.begin(), i.accounts.end());
    append_compact_u16(out, static_cast<uint16_t>(i.data.size()));
    out += i.data;
  }
  if (version == message_version::v0)
    append_compact_u16(out, 0); // number of address table lookups
  return out;
}

result<message> message::parse(std::string_view bytes) {
  message out;
  reader in{bytes};
  out.version =
    !bytes.empty() && static_cast<uint8_t>(bytes[0]) & version_bit ? message_version::v0 : message_version::legacy;
  uint8_t prefix = 0;
  if (out.version == message_version::v0 && (!in.byte(prefix) || prefix != version_bit))
    return malformed("has an unknown version");
  uint16_t count = 0;
  if (!in.byte(out.required_signatures) || !in.byte(out.readonly_signed) || !in.byte(out.readonly_unsigned)
      || !in.count(count))
    return malformed("is truncated in its header");
  for (; count > 0; --count)
    if (!in.value(out.accounts.emplace_back()))
      return malformed("is truncated in its accounts");
  if (!in.value(out.recent_blockhash) || !in.count(count))
    return malformed("is truncated before its instructions");
  for (; count > 0; --count)
    if (!read_instruction(in, out.instructions.emplace_back()))
      return malformed("is truncated in an instruction");
  if (out.version == message_version::v0 && (!in.count(count) || count != 0))
    return malformed("has address table lookups, which are not supported");
  if (!in.rest().empty())
    return malformed("has extra bytes at the end");
  const auto count_of_accounts = out.accounts.size();
  if (out.required_signatures == 0 || out.required_signatures > count_of_accounts
      || out.readonly_signed >= out.required_signatures
      || out.readonly_unsigned > count_of_accounts - out.required_signatures)
    return malformed("has a header that does not match its accounts");
  const auto fits = [&](const compiled_instruction& i) { return names_accounts_below(i, count_of_accounts); };
  if (!std::all_of(out.instructions.begin(), out.instructions.end(), fits))
    return malformed("has an instruction with an account index out of range");
  return out;
}

std::vector<public_key> message::signers() const { return {accounts.begin(), accounts.begin() + required_signatures}; }

result<message> compile(message_version version, const public_key& payer, const hash& recent_blockhash,
                        const std::vector<instruction>& instructions) {
  std::vector<account_meta> metas{{payer, true, true}};
  const auto meta_of = [&metas](const public_key& key) -> account_meta& {
    auto it = std::find_if(metas.begin(), metas.end(), [&](const auto& m) { return m.key == key; });
    return it == metas.end() ? metas.emplace_back(account_meta{key}) : *it;
  };
  for (const auto& i : instructions) {
    meta_of(i.program);
    for (const auto& a : i.accounts) {
      auto& m = meta_of(a.key);
      m.is_signer |= a.is_signer;
      m.is_writable |= a.is_writable;
    }
  }
  if (metas.size() > 256)
    return malformed("has more than 256 accounts");
  const auto rank = [](const account_meta& m) { return (m.is_signer ? 0 : 2) + (m.is_writable ? 0 : 1); };
  std::stable_sort(metas.begin(), metas.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  message out;
  out.version = version;
  out.recent_blockhash = recent_blockhash;
  for (const auto& m : metas) {
    out.accounts.push_back(m.key);
    out.required_signatures += m.is_signer;
    out.readonly_signed += m.is_signer && !m.is_writable;
    out.readonly_unsigned += !m.is_signer && !m.is_writable;
  }
  const auto index_of = [&out](const public_key& key) {
    return static_cast<uint8_t>(std::find(out.accounts.begin(), out.accounts.end(), key) - out.accounts.begin());
  };
  for (const auto& i : instructions) {
    message::compiled_instruction c{index_of(i.program), {}, i.data};
    for (const auto& a : i.accounts)
      c.accounts.push_back(index_of(a.key));
    out.instructions.push_back(std::move(c));
  }
  return out;
}

result<transaction> transaction::unsigned_of(const message& m) {
  transaction out{std::vector<signature>(m.required_signatures), m.serialize()};
  if (const auto size = out.serialize().size(); size > max_size)
    return malformed("has " + std::to_string(size) + " bytes and at most 1232 fit into a packet");
  return out;
}

bool transaction::put_signature(const public_key& key, const signature& sig) {
  const auto m = message::parse(message_bytes);
  if (!m)
    return false;
  const auto keys = m->signers();
  const auto it = std::find(keys.begin(), keys.end(), key);
  if (it == keys.end())
    return false;
  signatures[static_cast<size_t>(it - keys.begin())] = sig;
  return true;
}

std::string transaction::serialize() const {
  std::string out;
  append_compact_u16(out, static_cast<uint16_t>(signatures.size()));
  for (const auto& s : signatures)
    out += s.view();
  return out + message_bytes;
}

result<transaction> transaction::parse(std::string_view bytes) {
  if (bytes.size() > max_size)
    return malformed("exceeds the maximum of 1232 bytes");
  reader in{bytes};
  uint16_t count = 0;
  transaction out;
  if (!in.count(count))
    return malformed("is truncated before its signatures");
  for (; count > 0; --count)
    if (!in.value(out.signatures.emplace_back()))
      return malformed("is truncated in its signatures");
  out.message_bytes = in.rest();
  AINFT_TRY(m, message::parse(out.message_bytes));
  if (m.required_signatures != out.signatures.size())
    return malformed("has a number of signatures that does not match its message");
  return out;
}

} // namespace ainft::solana
