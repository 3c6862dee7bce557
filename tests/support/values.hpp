#pragma once

#include "net/solana/types.hpp"
#include "runtime/decision.hpp"

#include <gtest/gtest.h>

/// Values for many tests.
namespace ainft::testing_values {

/// The start time of tests, plus `seconds`.
inline runtime::time_point at(int64_t seconds = 0) {
  return runtime::time_point{std::chrono::sys_seconds{std::chrono::seconds{1'900'000'000 + seconds}}};
}

template <class T>
T parsed(std::string_view text) {
  auto out = T::parse(text);
  EXPECT_TRUE(out) << text;
  return *out;
}

/// A wallet address whose bytes are all `n`.
inline solana::wallet_address wallet(uint8_t n) {
  std::array<uint8_t, 32> bytes;
  bytes.fill(n);
  return solana::wallet_address{bytes};
}

/// A user with a wallet; the same user for the same `n`.
inline runtime::principal person(uint8_t n) {
  runtime::principal out;
  out.user.bytes.fill(n);
  out.session.bytes.fill(static_cast<uint8_t>(n + 100));
  out.wallet = wallet(n).str();
  return out;
}

/// The error code of a refusal.
template <class T>
runtime::errc code_of(const runtime::result<T>& r) {
  return r ? runtime::errc::none : runtime::explain(r.error()).code;
}

/// The pointer of the first field in a refusal.
template <class T>
std::string pointer_of(const runtime::result<T>& r) {
  const auto p = r ? runtime::problem{} : runtime::explain(r.error());
  return p.fields.empty() ? "" : p.fields[0].pointer;
}

} // namespace ainft::testing_values
