#include "net/ai/local/local_provider.hpp"

#include "net/ai/local/art.hpp"
#include "net/ai/local/planner.hpp"
#include "net/ai/local/variation.hpp"
#include "net/ai/local/writer.hpp"

#include "runtime/codec/json_writer.hpp"
#include "runtime/try.hpp"

#include <boost/asio/post.hpp>

namespace ainft::ai::local {

using runtime::errc;
using runtime::refuse;
using runtime::result;
using progress = std::function<bool(float)>;

namespace {

caf::error cancelled() { return refuse(errc::conflict, "the job was cancelled"); }

result<product> draw(const request& what, const progress& go_on) {
  const art_request art{what.prompt, what.width, what.height, what.seed, runtime::enum_from<family>(what.model)};
  auto png = draw_png(art, go_on);
  if (!png)
    return cancelled();
  return product{std::move(*png), {}, {}};
}

/// Decodes the source, applies `change`, and encodes the result.
template <class Change>
result<product> redraw(const request& what, Change change) {
  AINFT_TRY(source, decode_picture(what.source));
  result<picture> made = change(source);
  if (!made)
    return std::move(made.error());
  if (made->width == 0)
    return cancelled();
  return product{encode_png(made->width, made->height, made->rgb), {}, {}};
}

/// Publishes the text through `watch`, as a provider that streams does.
result<product> write(std::string text, making& watch) {
  watch.begin_text();
  watch.add_text(text);
  return product{{}, std::move(text), {}};
}

result<product> make_now(const request& what, making& watch) {
  const progress go_on = [&watch](float share) {
    watch.percent = static_cast<uint32_t>(share * 100);
    return !watch.is_cancelled();
  };
  switch (what.what) {
  case work::image: return draw(what, go_on);
  case work::variation:
    return redraw(what, [&](const picture& p) -> result<picture> {
      return vary(p, words_of(what.prompt), what.seed, static_cast<float>(std::clamp(what.strength, 0.0, 1.0)), go_on);
    });
  case work::upscale:
    return redraw(what, [&](const picture& p) -> result<picture> {
      // Limits the memory for its pixels
      if (const auto side = uint64_t{std::max(p.width, p.height)} * what.scale; side > largest_side)
        return refuse(errc::payload_too_large, "the upscaled picture would have " + std::to_string(side)
                                                 + " pixels per side; the maximum is " + std::to_string(largest_side));
      return enlarge(p, what.scale, go_on);
    });
  case work::text: return write(write_text(what.prompt, what.seed), watch);
  case work::metadata: return write(write_metadata(what.prompt, what.seed), watch);
  case work::plan: return write(runtime::to_json(plan_next(what.prompt, what.talk, what.seed)), watch);
  case work::fine_tune: // check() refuses it
    break;
  }
  return refuse(errc::internal, "");
}

result<product> make_safely(const request& what, making& watch) {
  try {
    return make_now(what, watch);
  } catch (...) {
    runtime::report_exception("ai_local", std::current_exception());
    return refuse(errc::internal, "the provider local failed");
  }
}

} // namespace

caf::error local_provider::check(work what, std::string_view model) const {
  if (what == work::fine_tune)
    return refuse_work(name(), what);
  if (model.empty() || (what == work::image && runtime::enum_from<family>(model)))
    return {};
  std::string rule = "must be empty";
  if (what == work::image) {
    rule += " or one of";
    for (const auto n : enum_names(family{}))
      rule += " " + std::string{n};
  }
  return runtime::refuse_field("/model", std::move(rule));
}

void local_provider::make(request what, std::shared_ptr<making> watch, receiver done) {
  boost::asio::post(threads_, [what = std::move(what), watch = std::move(watch), done = std::move(done)] {
    done(make_safely(what, *watch));
  });
}

} // namespace ainft::ai::local
