#include "net/solana/rpc_answers.hpp"

#include "runtime/codec/json_reader.hpp"
#include "runtime/try.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace ainft::solana::rpc_answers {

using nlohmann::json;
using runtime::refuse;

namespace {

constexpr size_t longest_text = 500; ///< of a node's text, in bytes
constexpr size_t most_log_lines = 8;

/// Thrown if the result does not have the method's form.
struct unknown_form {};

caf::error refuse_form() { return refuse(errc::solana_failed, "the Solana node sent a response in an unknown format"); }

/// Replaces control characters and shortens a text from a node.
std::string clean(std::string text) {
  std::replace_if(
    text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  if (text.size() <= longest_text)
    return text;
  auto end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) // do not cut a UTF-8 character
    --end;
  return text.substr(0, end);
}

std::string clean_json(const json& value) { return clean(value.dump(-1, ' ', true, json::error_handler_t::replace)); }

const json& member(const json& of, const char* name) {
  if (!of.is_object())
    throw unknown_form{};
  const auto it = of.find(name);
  if (it == of.end())
    throw unknown_form{};
  return *it;
}

/// An integer from 0 to 2^64 - 1. nlohmann's library would convert negative numbers and fractions.
uint64_t number(const json& value) {
  if (!value.is_number_unsigned())
    throw unknown_form{};
  return value.get<uint64_t>();
}

/// A slot or a block height. PostgreSQL stores these as signed 64-bit integers.
uint64_t place(const json& value) {
  const auto n = number(value);
  if (n > std::numeric_limits<int64_t>::max())
    throw unknown_form{};
  return n;
}

std::string text(const json& value) {
  if (!value.is_string())
    throw unknown_form{};
  return value.get<std::string>();
}

template <class T>
T parsed(const json& value) {
  auto out = T::parse(text(value));
  if (!out)
    throw unknown_form{};
  return *out;
}

const json& list(const json& value) {
  if (!value.is_array())
    throw unknown_form{};
  return value; // NOLINT(bugprone-return-const-ref-from-parameter): a part of an answer that the caller holds
}

uint64_t context_slot(const json& r) { return place(member(member(r, "context"), "slot")); }

/// Runs `read` on the answer's result. Converts every exception to an error.
template <class Read>
auto reading(long status, std::string_view body, Read read) -> result<decltype(read(std::declval<const json&>()))> {
  try {
    AINFT_TRY(r, result_of(status, body));
    return read(r);
  } catch (const unknown_form&) {
    return refuse_form();
  } catch (const std::exception&) {
    return refuse_form();
  }
}

/// Codes of transient errors: a block is not available yet, or the node is behind or overloaded.
bool is_transient(int64_t code) {
  constexpr std::array<int64_t, 7> codes{-32004, -32005, -32014, -32016, -32603, -32429, 429};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

caf::error refusal_of(const json& error) {
  int64_t code = 0;
  std::string why = "no reason given";
  if (error.is_string())
    why = error.get<std::string>();
  if (error.is_object()) {
    if (const auto it = error.find("message"); it != error.end() && it->is_string())
      why = it->get<std::string>();
    if (const auto it = error.find("code"); it != error.end() && it->is_number_integer())
      code = it->get<int64_t>();
  }
  // An error that is not an object, such as {"error":"rate limited"}, comes from a gateway and not from a Solana node.
  const bool from_node = error.is_object() && !is_transient(code);
  return refuse(from_node ? errc::solana_failed : errc::unavailable, clean("Solana: " + why));
}

result<json> checked_result(long status, std::string_view body) {
  const auto refused = [status] {
    return refuse(errc::unavailable,
                  "the Solana node responded with status " + std::to_string(status) + " and an unusable body");
  };
  if (status == 429 || status >= 500)
    return refused();
  auto answer = runtime::parse_json(body);
  if (!answer || !answer->is_object())
    return refused();
  if (const auto error = answer->find("error"); error != answer->end() && !error->is_null())
    return refusal_of(*error);
  const auto id = answer->find("id");
  const auto value = answer->find("result");
  if (id == answer->end() || *id != rpc_request_id || value == answer->end())
    return refused();
  return std::move(*value);
}

std::string why_it_fails(const json& value) {
  auto out = clean_json(member(value, "err"));
  size_t lines = 0;
  if (const auto logs = value.find("logs"); logs != value.end() && logs->is_array())
    for (const auto& line : *logs)
      if (line.is_string() && lines < most_log_lines)
        if (const auto words = line.get<std::string>();
            words.find("nsufficient") != words.npos || words.find("rror") != words.npos) {
          out += "; " + clean(words);
          ++lines;
        }
  return out;
}

signature_status status_of(const json& v) {
  signature_status out;
  if (v.is_null())
    return out;
  out.found = true;
  out.slot = place(member(v, "slot"));
  if (const auto level = v.find("confirmationStatus"); level != v.end() && level->is_string())
    out.confirmed = *level == "confirmed" || *level == "finalized";
  if (const auto& err = member(v, "err"); !err.is_null())
    out.failure = clean_json(err);
  return out;
}

} // namespace

result<json> result_of(long status, std::string_view body) {
  try {
    return checked_result(status, body);
  } catch (const std::exception&) {
    return refuse_form();
  }
}

result<bool> health(long status, std::string_view body) {
  auto ok = reading(status, body, [](const json& r) { return r == "ok"; });
  if (ok && !*ok)
    return refuse_form();
  return ok;
}

result<blockhash_info> latest_blockhash(long status, std::string_view body) {
  return reading(status, body, [](const json& r) {
    const auto& value = member(r, "value");
    return blockhash_info{parsed<hash>(member(value, "blockhash")), place(member(value, "lastValidBlockHeight")),
                          context_slot(r)};
  });
}

result<chain_point> point(long status, std::string_view body) {
  return reading(status, body, [](const json& r) {
    return chain_point{place(member(r, "absoluteSlot")), place(member(r, "blockHeight"))};
  });
}

result<lamports> balance(long status, std::string_view body) {
  return reading(status, body, [](const json& r) { return lamports{number(member(r, "value"))}; });
}

result<std::vector<lamports>> balances(long status, std::string_view body, size_t count) {
  return reading(status, body, [count](const json& r) {
    std::vector<lamports> out;
    for (const auto& account : list(member(r, "value")))
      out.emplace_back(account.is_null() ? 0 : number(member(account, "lamports")));
    if (out.size() != count)
      throw unknown_form{};
    return out;
  });
}

result<lamports> minimum_balance(long status, std::string_view body) {
  return reading(status, body, [](const json& r) { return lamports{number(r)}; });
}

result<std::string> simulation(long status, std::string_view body) {
  return reading(status, body, [](const json& r) {
    const auto& value = member(r, "value");
    return member(value, "err").is_null() ? std::string{} : why_it_fails(value);
  });
}

result<signature> sent(long status, std::string_view body) {
  return reading(status, body, [](const json& r) { return parsed<signature>(r); });
}

result<status_list> statuses(long status, std::string_view body, size_t count) {
  return reading(status, body, [count](const json& r) {
    status_list out;
    out.slot = context_slot(r);
    for (const auto& v : list(member(r, "value")))
      out.all.push_back(status_of(v));
    if (out.all.size() != count)
      throw unknown_form{};
    return out;
  });
}

result<payer_outcome> outcome(long status, std::string_view body) {
  auto found = reading(status, body, [](const json& r) -> std::optional<payer_outcome> {
    if (r.is_null())
      return std::nullopt;
    const auto& meta = member(r, "meta");
    const auto& before = list(member(meta, "preBalances"));
    const auto& after = list(member(meta, "postBalances"));
    if (before.empty() || after.empty())
      throw unknown_form{};
    return payer_outcome{!member(meta, "err").is_null(), lamports{number(member(meta, "fee"))},
                         lamports{number(before[0])}, lamports{number(after[0])}};
  });
  if (!found)
    return std::move(found.error());
  if (!*found)
    return refuse(errc::not_found, "the Solana node does not know this transaction");
  return **found;
}

} // namespace ainft::solana::rpc_answers
