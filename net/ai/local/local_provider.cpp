#include "net/ai/local/local_provider.hpp"

#include "net/ai/local/art.hpp"

#include <boost/asio/post.hpp>

namespace ainft::ai::local {

using runtime::errc;
using runtime::refuse;

caf::error local_provider::check_model(std::string_view model) const {
  if (model.empty() || runtime::enum_from<family>(model))
    return {};
  std::string rule = "must be empty or one of";
  for (const auto n : enum_names(family{}))
    rule += " " + std::string{n};
  return runtime::refuse_field("/model", std::move(rule));
}

void local_provider::make_image(image_request what, std::shared_ptr<making> watch, receiver done) {
  boost::asio::post(threads_, [what = std::move(what), watch = std::move(watch), done = std::move(done)] {
    const art_request art{what.prompt, what.width, what.height, what.seed, runtime::enum_from<family>(what.model)};
    auto png = draw_png(art, [&watch](float share) {
      watch->percent = static_cast<uint32_t>(share * 100);
      return !watch->cancelled;
    });
    if (png)
      done(std::move(*png));
    else
      done(refuse(errc::conflict, "it was cancelled"));
  });
}

} // namespace ainft::ai::local
