#include "actors/studios/asset/domain.hpp"

namespace ainft::asset {

std::optional<media_type> recognise(std::string_view b) {
  using namespace std::string_view_literals;
  if (b.starts_with("\x89PNG\r\n\x1a\n"sv))
    return media_type::png;
  if (b.starts_with("\xff\xd8\xff"sv))
    return media_type::jpeg;
  if (b.starts_with("GIF87a"sv) || b.starts_with("GIF89a"sv))
    return media_type::gif;
  if (b.starts_with("RIFF"sv) && b.size() >= 12 && b.substr(8, 4) == "WEBP"sv)
    return media_type::webp;
  // ISO base media file format: the first box has the type ftyp.
  if (b.size() >= 12 && b.substr(4, 4) == "ftyp"sv)
    return media_type::mp4;
  return std::nullopt;
}

runtime::result<events> decide(const state& s, const store_asset& c, const runtime::decision_context& context) {
  if (s.id.is_nil())
    return events{
      asset_stored{c.id, user_id{context.who.user}, c.sha256, c.content_type, c.size, context.now, c.found}};
  if (s.sha256 == c.sha256 && s.owner_id.get() == context.who.user)
    return events{};
  return runtime::refuse(runtime::errc::conflict, "this asset already exists");
}

void evolve(state& s, const domain::events& e) {
  const auto& x = std::get<asset_stored>(e);
  s = {x.id, x.owner, x.sha256, x.content_type, x.size, "/assets/" + x.sha256.str(), x.at, x.found};
}

view view_of(const state& s) { return s; }

bool may_read(const state& s, const runtime::principal& who) {
  return who.is_platform() || who.user == s.owner_id.get();
}

} // namespace ainft::asset
