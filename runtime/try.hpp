#pragma once

#include <utility>

/// Declares `name` as the value of a runtime::result, or returns its error. In a coroutine:
///
///   AINFT_CO_TRY(id, http::path_id<listing_id>(c));
///   AINFT_CO_TRY(seen, co_await read<domain>(s, id.get()));
///
/// `name` is a reference to the value. The result has the name `name_result`. (Write no lambdas and no braces in an
/// awaited expression: see docs/adr/0003-coroutines-with-gcc-12.md.)
#define AINFT_CO_TRY(name, ...)                 \
  auto name##_result = __VA_ARGS__;             \
  if (!name##_result)                           \
    co_return std::move(name##_result.error()); \
  [[maybe_unused]] auto& name = *name##_result

/// The same in a function that is not a coroutine.
#define AINFT_TRY(name, ...)                 \
  auto name##_result = __VA_ARGS__;          \
  if (!name##_result)                        \
    return std::move(name##_result.error()); \
  [[maybe_unused]] auto& name = *name##_result
