#include "actors/operations/console_gate.hpp"

#include "actors/operations/operators_call.hpp"
#include "actors/session/protocol.hpp"
#include "runtime/guard.hpp"
#include "runtime/messages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

#include <caf/event_based_actor.hpp>

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <sstream>

namespace ainft::operations {

namespace {

using runtime::errc;
using runtime::refuse;

/// Who has this key. Refuses with errc::unauthenticated.
runtime::result<http::console_operator> operator_of(const std::string& file, std::string_view key) {
  const auto digest = session::token_hash::of(key).str();
  std::ifstream in{file};
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words{line};
    std::string name, role, hash;
    if (!(words >> name >> role >> hash) || name.starts_with("#") || hash.size() != digest.size() || (role != "viewer" && role != "operator"))
      continue;
    if (CRYPTO_memcmp(hash.data(), digest.data(), digest.size()) == 0)
      return http::console_operator{name, role == "operator"};
  }
  return refuse(errc::unauthenticated, "no operator has this key");
}

boost::asio::awaitable<console_reply> answer(const http::dispatcher& front, std::string file, console_call what) {
  auto who = operator_of(file, what.key);
  if (!who)
    co_return refusal(who.error(), what.target);
  operators_call call{std::move(what.method), std::move(what.target), std::move(what.body), std::move(*who)};
  co_return co_await run(front, std::move(call), false);
}

} // namespace

caf::actor start_console_gate(caf::actor_system& system, const http::dispatcher& front, boost::asio::any_io_executor executor, std::string operators_file) {
  if (!std::ifstream{operators_file})
    throw std::runtime_error{"cluster.operators-file: " + operators_file + " cannot be read"};
  return system.spawn([&front, executor, file = std::move(operators_file)](caf::event_based_actor* self) -> caf::behavior {
    return {
      [&front, executor, file, self](console_call& what) -> caf::result<console_reply> {
        auto promise = self->make_response_promise<console_reply>();
        boost::asio::co_spawn(boost::asio::make_strand(executor), answer(front, file, std::move(what)), [promise](std::exception_ptr broken, console_reply said) mutable {
          if (broken) {
            runtime::report_exception("console", broken);
            said = {500, "{}"};
          }
          promise.deliver(std::move(said));
        });
        return promise;
      },
      [](const runtime::continuation& c) { runtime::guarded("console", c.run); },
    };
  });
}

} // namespace ainft::operations
