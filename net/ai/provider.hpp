#pragma once

#include "net/ai/conversation.hpp"
#include "runtime/codec/describe.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace ainft::ai {

/// What can be made: a picture from words; a text; a picture from another and words; a larger picture; a collectible's name, description and traits; an
/// agent's next step; a model of one's own.
AINFT_ENUM(work, image, text, variation, upscale, metadata, plan, fine_tune)

/// A picture that a model learns from, with what is to be seen there.
struct example {
  std::string file;
  std::string extension; ///< "png", "jpeg", "webp"
  std::string caption;
};

/// How a model is to be made from another (the request's).
struct training {
  std::string name;           ///< lower-case letters, digits and hyphens
  std::optional<uint32_t> steps; ///< in the provider's own count
  std::string trigger_word;   ///< that stands for what is learnt; empty for none
  std::vector<example> examples;
};

/// What is asked for. What is absent is the provider's choice.
struct request {
  work what = work::image;
  std::string model; ///< the provider's own word, empty for its usual one
  std::string prompt;
  std::string negative_prompt; ///< what must not be seen
  uint32_t width = 1024; ///< pixels
  uint32_t height = 1024;
  uint32_t seed = 0;
  std::optional<uint32_t> steps;
  std::optional<double> guidance;   ///< how closely the prompt is followed
  double strength = .6;  ///< of a variation: 0 the source, 1 nothing of it
  uint32_t scale = 2;    ///< of an upscale
  std::optional<uint32_t> max_tokens;
  std::optional<double> temperature;
  std::string source;    ///< file of the picture that a variation or an upscale begins with
  conversation talk;     ///< of a plan
  std::string job;       ///< whose work it is: the same for all its attempts
  ai::training training; ///< of a fine_tune; without its examples where there is a reference
  std::string reference; ///< what an earlier attempt began at the provider; empty for nothing
  std::string key;       ///< to use instead of the platform's own; empty for that
};

/// What it took, as far as the provider says.
struct usage {
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
};

/// Work that was begun and takes its time: it is to be asked for again, with this reference.
struct later {
  std::string reference;
  std::chrono::seconds after{30};
  uint32_t percent = 0;
};

/// What was made: a picture's file (PNG, JPEG, WebP), or text; metadata is a JSON object {name, description, attributes: [{traitType, value}]}, a plan that of
/// an ai::plan, a fine_tune the new model's name.
struct product {
  std::string file;
  std::string text;
  usage used;
  std::optional<later> not_yet; ///< in place of all else
};

/// What a worker and a provider tell each other while something is made. Safe from any thread.
class making {
public:
  std::atomic<uint32_t> percent{0};
  /// Nobody wants it any more.
  [[nodiscard]] bool is_cancelled() const noexcept { return *cancelled_; }
  void cancel() noexcept { *cancelled_ = true; }
  [[nodiscard]] std::shared_ptr<const std::atomic<bool>> cancelled() const noexcept { return cancelled_; }

  /// What there is of a text so far.
  void add_text(std::string_view more) {
    std::lock_guard guard{mutex_};
    text_ += more;
  }
  void begin_text() {
    std::lock_guard guard{mutex_};
    text_.clear();
  }
  [[nodiscard]] std::string text() const {
    std::lock_guard guard{mutex_};
    return text_;
  }

private:
  std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  mutable std::mutex mutex_;
  std::string text_;
};

/// How a provider is. One that failed again and again is left alone, and then tried by one job at a time.
AINFT_ENUM(health, up, recovering, down)

struct provider_state {
  ai::health health = ai::health::up;
  std::string problem; ///< where it is not up
};

/// Something that makes pictures and texts: an embedded one, or an API.
class provider {
public:
  using receiver = std::function<void(runtime::result<product>)>;

  virtual ~provider() = default;

  /// What jobs call it.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Refuses what it does not make, and a model that it does not have, by the field ("/kind", "/model") of a job.
  [[nodiscard]] virtual caf::error check(work what, std::string_view model) const = 0;

  /// Makes one thing and hands it to `done`, once, in a thread of its own. Does not block. What may pass by itself is refused with
  /// errc::unavailable or errc::rate_limited, all else is final, with a reason that a person can act on.
  virtual void make(request what, std::shared_ptr<making> watch, receiver done) = 0;

  /// What was begun under the request's reference is not wanted any more. Does not block.
  virtual void forget(request) {}

  [[nodiscard]] virtual provider_state state() const { return {}; }

  /// Whether a request's key means something to it.
  [[nodiscard]] virtual bool takes_key() const { return false; }
};

/// A refusal of what a provider does not make.
[[nodiscard]] inline caf::error refuse_work(std::string_view provider, work what) {
  return runtime::refuse_field("/kind", "must be something that " + std::string{provider} + " makes, which " + std::string{runtime::name_of(what)} + " is not");
}

} // namespace ainft::ai
