#pragma once

#include "runtime/codec/describe.hpp"

#include <caf/error.hpp>
#include <caf/expected.hpp>
#include <caf/is_error_code_enum.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::runtime {

/// Why a request was refused or could not be served. Maps one to one to the `code` of a problem document (RFC 9457).
/// Between nodes, an answer carries the code's name, and a caf::error carries its number. Add new codes at the end,
/// because the numbers are on the wire. A capability defines its own codes with define_error().
enum class errc : uint8_t {
  none = 0,
  malformed_request,
  validation_failed,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  conflict,
  payload_too_large,
  unsupported_media_type,
  range_not_satisfiable,
  headers_too_large,
  precondition_failed,
  idempotency_mismatch,
  idempotency_in_progress,
  rate_limited,
  request_timeout,
  internal,
  unavailable,
  append_conflict,
  bid_too_low,
  auction_ended,
  not_for_sale,
  own_listing,
  not_owner,
  wrong_state,
  nonce_unknown,
  signature_invalid,
  token_invalid,
  transaction_mismatch,
  transaction_expired,
  solana_failed,
  would_fail,
  insufficient_funds,
  quota_exceeded,
  quarantined,
  moved,
  unknown_message,
  outcome_unknown,
  bid_too_high,
  not_implemented,
};

/// The fixed properties of an error code: its HTTP status, its name on the wire and its title.
struct error_traits {
  int status;
  std::string_view code;
  std::string_view title;
};

[[nodiscard]] const error_traits& traits(errc code) noexcept;

/// Defines an error code of a capability, as a constant at namespace scope, before main() begins:
///
///   inline const errc pledge_too_small = runtime::define_error({422, "pledge_too_small", "The pledge is too small"});
///
/// Its number may differ between two programs, so only its name goes from node to node. The texts must be constants.
/// Throws std::logic_error if the name exists already, if the status is not from 400 to 599, or if there are more than
/// `most_own_errors` such codes.
[[nodiscard]] errc define_error(const error_traits& of);
constexpr size_t most_own_errors = 128;

/// All codes of this program except `none`, in the order of their numbers.
[[nodiscard]] std::vector<errc> all_errors();

[[nodiscard]] std::string to_string(errc code);
bool from_string(std::string_view text, errc& code);
bool from_integer(uint8_t value, errc& code);

template <class Inspector>
bool inspect(Inspector& f, errc& x) {
  auto get = [&x] { return static_cast<uint8_t>(x); };
  auto set = [&x](uint8_t value) { return from_integer(value, x); };
  return f.apply(get, set);
}

/// One invalid field of a request: a JSON Pointer (RFC 6901) and the rule that the value breaks.
struct field_error {
  std::string pointer;
  std::string rule;
};
AINFT_DESCRIBE(field_error, pointer, rule)

/// An expected refusal is a value, not an exception.
template <class T>
using result = caf::expected<T>;

/// A refusal with a sentence for the person who reads it.
[[nodiscard]] caf::error refuse(errc code, std::string detail);

/// Limits of one refusal: the number of fields that it names, and the bytes of each pointer.
constexpr size_t most_field_errors = 50, longest_pointer = 512;

/// A refusal that names the first `most_field_errors` invalid fields and the number of the others. `more` is the number
/// of invalid fields that `fields` already leaves out. Its detail is the first field, and how many more there are.
[[nodiscard]] caf::error refuse_fields(std::vector<field_error> fields, size_t more = 0);
[[nodiscard]] caf::error refuse_field(std::string pointer, std::string rule);

/// Makes one error of several; empty ones are left out. If the first names invalid fields (errc::validation_failed),
/// the result names those of all others too. Otherwise it is the first. Empty if there is none.
[[nodiscard]] caf::error joined(std::vector<caf::error> all);

/// The parts of an error. explain() maps errors of other categories: a timeout or a receiver that is down becomes
/// errc::unavailable, any other errc::internal.
struct problem {
  errc code = errc::internal;
  std::string detail;
  std::vector<field_error> fields;
  uint64_t more_fields = 0; ///< invalid fields that are not listed
};

[[nodiscard]] problem explain(const caf::error& error);

} // namespace ainft::runtime
