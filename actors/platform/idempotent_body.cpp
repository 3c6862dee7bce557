#include "actors/platform/idempotent_body.hpp"
#include "runtime/try.hpp"

namespace ainft::platform_front {

using runtime::errc;
using runtime::refuse;

boost::asio::awaitable<runtime::result<size_t>> idempotent_body::read(char* to, size_t size) {
  if (ended_)
    co_return size_t{0};
  auto n = co_await body_.read(to, size);
  if (!n)
    co_return n;
  if (*n > 0) {
    digest_.update({to, *n});
    co_return n;
  }
  auto q = [key = key_, hash = digest_.finish()](persistence::session& db) {
    return persistence::note_body(db, key, hash);
  };
  ended_ = true;
  AINFT_CO_TRY(noted, co_await net::query(all_.db, std::move(q)));
  switch (noted) {
  case persistence::body_note::other_body:
    co_return refuse(errc::idempotency_mismatch, "this Idempotency-Key was used with a different body");
  case persistence::body_note::answered:
    co_return refuse(errc::idempotency_in_progress,
                     "another request with this Idempotency-Key has completed; retry to get its response");
  default: co_return size_t{0};
  }
}

task<std::string> digest_of_rest(http::body_stream& body) {
  net::sha256 digest;
  std::vector<char> piece(64 * 1024);
  for (;;) {
    AINFT_CO_TRY(n, co_await body.read(piece.data(), piece.size()));
    if (n == 0)
      co_return digest.finish();
    digest.update({piece.data(), n});
  }
}

} // namespace ainft::platform_front
