#include "runtime/errors.hpp"

#include "runtime/messages.hpp"
#include "runtime/values.hpp"

#include <caf/message.hpp>
#include <caf/sec.hpp>

#include <array>
#include <stdexcept>

namespace ainft::runtime {

namespace {

constexpr std::array table{
  error_traits{200, "none", "No error"},
  error_traits{400, "malformed_request", "Malformed request"},
  error_traits{422, "validation_failed", "Invalid fields"},
  error_traits{401, "unauthenticated", "Authentication required"},
  error_traits{403, "forbidden", "Not allowed"},
  error_traits{404, "not_found", "Not found"},
  error_traits{405, "method_not_allowed", "Method not allowed"},
  error_traits{409, "conflict", "Conflict with the current state"},
  error_traits{413, "payload_too_large", "The body is too large"},
  error_traits{415, "unsupported_media_type", "Unsupported media type"},
  error_traits{416, "range_not_satisfiable", "The range is outside the file"},
  error_traits{431, "headers_too_large", "The header is too large"},
  error_traits{412, "precondition_failed", "The resource has another version"},
  error_traits{422, "idempotency_mismatch", "The Idempotency-Key was used for another request"},
  error_traits{409, "idempotency_in_progress", "A request with this Idempotency-Key is in progress"},
  error_traits{429, "rate_limited", "Too many requests"},
  error_traits{408, "request_timeout", "The request took too long to arrive"},
  error_traits{500, "internal", "Internal error"},
  error_traits{503, "unavailable", "Service unavailable"},
  error_traits{503, "append_conflict", "Another node changed the entity first"},
  error_traits{409, "bid_too_low", "The bid is too low"},
  error_traits{409, "auction_ended", "The auction has ended"},
  error_traits{409, "not_for_sale", "The listing is not for sale"},
  error_traits{409, "own_listing", "The listing belongs to the caller"},
  error_traits{403, "not_owner", "The resource belongs to another user"},
  error_traits{409, "wrong_state", "Not possible in the current state"},
  error_traits{401, "nonce_unknown", "The nonce is unknown, already used or expired"},
  error_traits{401, "signature_invalid", "The signature does not verify"},
  error_traits{401, "token_invalid", "The token is not valid"},
  error_traits{422, "transaction_mismatch", "The transaction differs from the one that the platform built"},
  error_traits{409, "transaction_expired", "The transaction has expired"},
  error_traits{502, "solana_failed", "Solana rejected the request or did not respond"},
  error_traits{409, "would_fail", "Solana would reject this transaction"},
  error_traits{409, "insufficient_funds", "Insufficient funds in the wallet"},
  error_traits{429, "quota_exceeded", "The quota is exceeded"},
  error_traits{503, "quarantined", "The entity is quarantined"},
  error_traits{503, "moved", "Another node serves the entity now"},
  error_traits{503, "unknown_message", "The node that serves the entity has another version"},
  error_traits{503, "outcome_unknown", "The outcome is unknown"},
  error_traits{409, "bid_too_high", "The bid is too high"},
  error_traits{501, "not_implemented", "Not implemented"},
};

static_assert(table.size() == static_cast<size_t>(errc::not_implemented) + 1);

/// The number of the first code that a capability defines.
constexpr size_t first_own = 256 - most_own_errors;
static_assert(table.size() <= first_own);

/// The codes of capabilities. They do not change after main() has begun.
std::vector<error_traits>& own_errors() {
  static std::vector<error_traits> all;
  return all;
}

} // namespace

const error_traits& traits(errc code) noexcept {
  const auto number = static_cast<size_t>(code);
  return number < first_own ? table[number] : own_errors()[number - first_own];
}

errc define_error(const error_traits& of) {
  errc other{};
  if (from_string(of.code, other))
    throw std::logic_error{"the error code " + std::string{of.code} + " exists twice"};
  if (of.status < 400 || of.status > 599)
    throw std::logic_error{"the status of the error code " + std::string{of.code} + " must be from 400 to 599"};
  auto& own = own_errors();
  if (own.size() == most_own_errors)
    throw std::logic_error{"there are more than " + std::to_string(most_own_errors) + " error codes of capabilities"};
  own.push_back(of);
  return static_cast<errc>(first_own + own.size() - 1);
}

std::vector<errc> all_errors() {
  std::vector<errc> out;
  for (size_t i = 1; i < table.size(); ++i)
    out.push_back(static_cast<errc>(i));
  for (size_t i = 0; i < own_errors().size(); ++i)
    out.push_back(static_cast<errc>(first_own + i));
  return out;
}

std::string to_string(errc code) { return std::string{traits(code).code}; }

bool from_string(std::string_view text, errc& code) {
  if (text == table.front().code) {
    code = errc::none;
    return true;
  }
  for (const auto each : all_errors())
    if (traits(each).code == text) {
      code = each;
      return true;
    }
  return false;
}

bool from_integer(uint8_t value, errc& code) {
  if (value >= table.size() && (value < first_own || value >= first_own + own_errors().size()))
    return false;
  code = static_cast<errc>(value);
  return true;
}

caf::error refuse(errc code, std::string detail) { return caf::make_error(code, std::move(detail)); }

namespace {

/// A field for people: "the body", "/price", "the query parameter limit", "If-Match".
std::string name_of_field(std::string_view pointer) {
  constexpr std::string_view query = "/query/", headers = "/headers/";
  if (pointer.empty())
    return "the body";
  if (pointer.starts_with(query))
    return "the query parameter " + std::string{pointer.substr(query.size())};
  return std::string{pointer.starts_with(headers) ? pointer.substr(headers.size()) : pointer};
}

} // namespace

caf::error refuse_fields(std::vector<field_error> fields, size_t more) {
  if (fields.size() > most_field_errors) {
    more += fields.size() - most_field_errors;
    fields.resize(most_field_errors);
  }
  for (auto& f : fields)
    f.pointer.resize(cut_utf8(f.pointer, longest_pointer).size());
  auto detail = fields.empty() ? std::string{} : name_of_field(fields.front().pointer) + " " + fields.front().rule;
  if (more == 0) {
    if (fields.size() > 1)
      detail += "; " + std::to_string(fields.size() - 1) + " more in errors";
    return caf::make_error(errc::validation_failed, std::move(detail), std::move(fields));
  }
  detail += "; " + std::to_string(fields.size() - 1 + more) + " more fields are not valid, " + std::to_string(more)
            + " of which are not listed";
  return caf::make_error(errc::validation_failed, std::move(detail), std::move(fields), uint64_t{more});
}

caf::error refuse_field(std::string pointer, std::string rule) {
  return refuse_fields({{std::move(pointer), std::move(rule)}});
}

caf::error joined(std::vector<caf::error> all) {
  std::erase_if(all, [](const auto& e) { return !e; });
  if (all.size() <= 1)
    return all.empty() ? caf::error{} : std::move(all.front());
  std::vector<field_error> fields;
  size_t more = 0;
  for (const auto& e : all) {
    const auto p = explain(e);
    if (p.code != errc::validation_failed || p.fields.empty()) {
      if (fields.empty())
        return e;
      continue;
    }
    fields.insert(fields.end(), p.fields.begin(), p.fields.end());
    more += p.more_fields;
  }
  return refuse_fields(std::move(fields), more);
}

problem explain(const caf::error& error) {
  if (!error) // an empty error has no category
    return {errc::none, {}, {}, 0};
  if (error.category() != caf::type_id_v<errc>) {
    const bool late_or_down = error == caf::sec::request_timeout || error == caf::sec::request_receiver_down;
    return {late_or_down ? errc::unavailable : errc::internal,
            late_or_down ? "the service did not respond in time; retry" : "",
            {},
            0};
  }
  problem out{static_cast<errc>(error.code()), {}, {}, 0};
  const auto& context = error.context();
  if (context.size() > 0 && context.match_element<std::string>(0))
    out.detail = context.get_as<std::string>(0);
  if (context.size() > 1 && context.match_element<std::vector<field_error>>(1))
    out.fields = context.get_as<std::vector<field_error>>(1);
  if (context.size() > 2 && context.match_element<uint64_t>(2))
    out.more_fields = context.get_as<uint64_t>(2);
  return out;
}

} // namespace ainft::runtime
