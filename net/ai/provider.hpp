#pragma once

#include "net/ai/conversation.hpp"
#include "runtime/codec/describe.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace ainft::ai {

/// The kinds of work: an image from a prompt; a text; a variation of an image by a prompt; a larger image; a
/// collectible's name, description and traits; an agent's next step; a fine-tuned model.
AINFT_ENUM(work, image, text, variation, upscale, metadata, plan, fine_tune)

/// A picture for training, with a caption that describes it.
struct example {
  std::string file;
  std::string extension; ///< "png", "jpeg", "webp"
  std::string caption;
};

/// The parameters of a fine-tune. The request names the base model.
struct training {
  std::string name;              ///< lowercase letters, digits and hyphens
  std::optional<uint32_t> steps; ///< in the provider's unit
  std::string trigger_word;      ///< stands for the learned subject; empty for none
  std::vector<example> examples;
};

/// A request for one piece of work. The provider chooses absent values.
struct request {
  work what = work::image;
  std::string model; ///< the provider's name for the model; empty for its default
  std::string prompt;
  std::string negative_prompt; ///< what the picture must not show
  uint32_t width = 1024;       ///< pixels
  uint32_t height = 1024;
  uint32_t seed = 0;
  std::optional<uint32_t> steps;
  std::optional<double> guidance; ///< how closely the provider follows the prompt
  double strength = .6;           ///< of a variation: 0 keeps the source, 1 ignores it
  uint32_t scale = 2;             ///< factor of an upscale
  std::optional<uint32_t> max_tokens;
  std::optional<double> temperature;
  std::string source;    ///< picture file that a variation or upscale starts from
  conversation talk;     ///< for a plan
  std::string job;       ///< the job's id; the same for all its attempts
  ai::training training; ///< for a fine_tune; without examples if there is a reference
  std::string reference; ///< work that an earlier attempt started at the provider; empty for none
  std::string key;       ///< used instead of the platform's API key; empty for the platform's
};

/// Token counts, as far as the provider reports them.
struct usage {
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
};

/// Long work that has started. The caller asks again with this reference.
struct later {
  std::string reference;
  std::chrono::seconds after{30};
  uint32_t percent = 0;
};

/// The result of the work: a picture file (PNG, JPEG or WebP) or a text. For metadata, the text is a JSON object {name,
/// description, attributes: [{traitType, value}]}; for a plan, the JSON of an ai::plan; for a fine_tune, the new
/// model's name.
struct product {
  std::string file;
  std::string text;
  usage used;
  std::optional<later> not_yet; ///< replaces all other members
};

/// The state that a worker and a provider share during the work. Safe from any thread.
class making {
public:
  std::atomic<uint32_t> percent{0};
  /// The result is no longer wanted.
  [[nodiscard]] bool is_cancelled() const noexcept { return *cancelled_; }
  void cancel() noexcept { *cancelled_ = true; }
  [[nodiscard]] std::shared_ptr<const std::atomic<bool>> cancelled() const noexcept { return cancelled_; }

  /// Appends to the text so far.
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

/// A provider's state. After repeated failures it gets no jobs (down), then one job at a time (recovering).
AINFT_ENUM(health, up, recovering, down)

struct provider_state {
  ai::health health = ai::health::up;
  std::string problem; ///< empty if it is up
};

/// A generator of pictures and texts: an embedded one, or an API.
class provider {
public:
  using receiver = std::function<void(runtime::result<product>)>;

  virtual ~provider() = default;

  /// The name by which jobs select it.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Refuses work or a model that the provider does not support. The error names the job's field ("/kind", "/model").
  [[nodiscard]] virtual caf::error check(work what, std::string_view model) const = 0;

  /// Starts the work and does not block. Calls `done` once with the result, on a thread of the provider. Transient
  /// failures are errc::unavailable or errc::rate_limited; all other errors are final and give a reason that a user can
  /// act on.
  virtual void make(request what, std::shared_ptr<making> watch, receiver done) = 0;

  /// Cancels the work that has started under the request's reference. Does not block.
  virtual void forget(request) {}

  [[nodiscard]] virtual provider_state state() const { return {}; }

  /// Whether the provider uses `request::key`.
  [[nodiscard]] virtual bool takes_key() const { return false; }
};

/// The error for work that a provider does not support.
[[nodiscard]] inline caf::error refuse_work(std::string_view provider, work what) {
  return runtime::refuse_field("/kind", "must be a kind that " + std::string{provider}
                                          + " supports; it does not support " + std::string{runtime::name_of(what)});
}

} // namespace ainft::ai
