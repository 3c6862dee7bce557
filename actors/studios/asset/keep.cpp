#include "actors/studios/asset/keep.hpp"

#include "actors/studios/asset/domain.hpp"
#include "actors/studios/asset/queries.hpp"
#include "actors/studios/asset/settings.hpp"
#include "actors/studios/asset/store.hpp"
#include "runtime/try.hpp"

#include <cstring>

namespace ainft::asset {

using runtime::errc;

namespace {

class memory_body final : public http::body_stream {
public:
  explicit memory_body(std::string bytes) : bytes_{std::move(bytes)} {}

  boost::asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override {
    const auto n = std::min(size, bytes_.size() - at_);
    std::memcpy(to, bytes_.data() + at_, n);
    at_ += n;
    co_return n;
  }

private:
  std::string bytes_;
  size_t at_ = 0;
};

task<kept> existing(const services& s, runtime::principal who, content_hash sha256) {
  auto q = [owner = user_id{who.user}, sha256](persistence::session& db) { return find(db, owner, sha256); };
  AINFT_CO_TRY(found, co_await net::query(s.db, std::move(q)));
  if (!found)
    co_return runtime::refuse(errc::not_found, "");
  AINFT_CO_TRY(shown, co_await ainft::view<asset::domain>(s, found->get(), who));
  kept out{std::move(shown), false};
  co_return out;
}

} // namespace

task<kept> keep(const services& s, http::body_stream& body, runtime::command_context context) {
  const auto& settings = s.settings.of<asset::settings>();
  const auto limits = settings.uploads();
  AINFT_CO_TRY(stored, co_await store(settings.folder, body, limits));
  const auto who = context.who;
  if (auto earlier = co_await existing(s, who, stored.sha256))
    co_return std::move(*earlier);
  const asset_id id{runtime::uuid::make()};
  const auto& found = stored.found;
  store_asset what{
    id, stored.sha256, stored.type, stored.size, {found.width, found.height, found.frames, found.duration_ms}};
  auto made = co_await command<asset::domain>(s, id.get(), std::move(context), std::move(what));
  if (made) {
    kept out{std::move(*made), true};
    co_return out;
  }
  if (runtime::explain(made.error()).code == errc::conflict) // a concurrent upload of the same content was faster
    co_return co_await existing(s, who, stored.sha256);
  co_return std::move(made.error());
}

task<kept> keep(const services& s, std::string bytes, runtime::command_context context) {
  memory_body body{std::move(bytes)};
  co_return co_await keep(s, body, std::move(context));
}

} // namespace ainft::asset
