#include "actors/admin/operations/console_gate.hpp"

#include "actors/admin/operations/operators_call.hpp"
#include "actors/auth/session/protocol.hpp"
#include "runtime/guard.hpp"
#include "runtime/messages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

#include <caf/event_based_actor.hpp>

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <optional>
#include <sstream>

namespace ainft::operations {

namespace {

using runtime::errc;
using runtime::refuse;

struct operator_line {
  http::console_operator who;
  session::token_hash hash;
};

bool is_blank(const std::string& line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first == std::string::npos || line[first] == '#';
}

/// Nothing where the line is not as it must be.
std::optional<operator_line> read_line(const std::string& line) {
  std::istringstream words{line};
  std::string name, role, hash, more;
  if (!(words >> name >> role >> hash) || words >> more || (role != "viewer" && role != "operator"))
    return std::nullopt;
  auto digest = session::token_hash::parse(hash);
  if (!digest)
    return std::nullopt;
  return operator_line{{name, role == "operator"}, std::move(*digest)};
}

/// Throws std::runtime_error that names the first line which is not as it must be; what is in it is not told.
void check_file(const std::string& file) {
  std::ifstream in{file};
  if (!in)
    throw std::runtime_error{"cluster.operators-file: " + file + " cannot be read"};
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number)
    if (!is_blank(line) && !read_line(line))
      throw std::runtime_error{"cluster.operators-file: line " + std::to_string(number) + " of " + file
                               + " must be a name, a role (viewer or operator) and the SHA-256 of a key in 64 lowercase hexadecimal digits"};
}

/// Who has this key. Refuses with errc::unauthenticated. A line that was broken since the start is passed over.
runtime::result<http::console_operator> operator_of(const std::string& file, std::string_view key) {
  const auto digest = session::token_hash::of(key);
  std::ifstream in{file};
  std::string line;
  while (std::getline(in, line)) {
    if (is_blank(line))
      continue;
    auto known = read_line(line);
    if (known && CRYPTO_memcmp(known->hash.str().data(), digest.str().data(), digest.str().size()) == 0)
      return std::move(known->who);
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
  check_file(operators_file);
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
