#pragma once

#include "net/ai/provider.hpp"
#include "net/client/endpoint.hpp"

#include <nlohmann/json.hpp>

namespace ainft::ai::remote {

template <class T>
using task = boost::asio::awaitable<runtime::result<T>>;
using nlohmann::json;
using watch_ptr = std::shared_ptr<making>;

/// Maximum bytes of a picture and of other answers from a provider.
constexpr size_t largest_picture = 20 * 1024 * 1024, largest_answer = 40 * 1024 * 1024;

struct remote_settings {
  std::string url;         ///< the API's base URL, without a slash at the end
  std::string key;         ///< the platform's API key; empty if none is needed
  std::string image_model; ///< default if a job names no model
  std::string text_model;
  std::chrono::milliseconds timeout{120'000}; ///< of one request
  std::chrono::milliseconds poll{1'000};      ///< interval between two polls of pending work
  std::chrono::seconds training_poll{30};     ///< the same for a fine-tune
};

/// A provider behind an HTTP API: a third party's, or a self-hosted server.
class remote_provider : public provider {
public:
  /// Runs on `executor`. `executor` and `http` must outlive the provider.
  remote_provider(std::string name, boost::asio::any_io_executor executor, client::http_client& http,
                  remote_settings settings)
    : service_{http, std::move(name)}, settings_{std::move(settings)}, executor_{std::move(executor)} {}

  [[nodiscard]] std::string_view name() const override { return service_.name(); }
  [[nodiscard]] provider_state state() const override;
  [[nodiscard]] bool takes_key() const override { return true; }
  void make(request what, watch_ptr watch, receiver done) override;
  void forget(request what) override;

protected:
  /// Does the work.
  virtual task<product> produce(request what, watch_ptr watch) = 0;

  /// The path of the request that cancels the work named by `reference`. Empty if no work outlives its request.
  [[nodiscard]] virtual std::string end_path(const std::string& reference) const {
    (void)reference;
    return {};
  }

  /// A product that tells the caller to ask again for a running training.
  [[nodiscard]] product later_with(std::string reference, uint32_t percent) const;

  /// Makes a request to the API: base URL, timeout, and the key as a bearer token. It is canceled together with the
  /// work.
  [[nodiscard]] client::request to(std::string method, std::string_view path, const request& what,
                                   const watch_ptr& watch) const;
  [[nodiscard]] client::request post(std::string_view path, const json& body, const request& what,
                                     const watch_ptr& watch) const;

  /// Sends `r` and returns a 2xx answer. Refuses other answers with the API's own reason.
  task<client::response> send(client::request r, bool repeats = true);
  /// Also parses the answer as JSON.
  task<json> send_json(client::request r, bool repeats = true);
  /// Tells the API to cancel the work. Ignores the answer. Uses a new request, because those of the work are already
  /// canceled.
  boost::asio::awaitable<void> call_off(std::string path, json body, const request& what);
  /// Downloads a picture from the API's own server or from a public Internet address.
  task<std::string> fetch(std::string url, watch_ptr watch);
  boost::asio::awaitable<void> pause() const;

  [[nodiscard]] const remote_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] std::string model_of(const request& what) const;
  [[nodiscard]] caf::error strange_answer() const;

private:
  boost::asio::awaitable<void> end(std::string path, request what);
  boost::asio::awaitable<void> deliver(request what, watch_ptr watch, receiver done);
  [[nodiscard]] caf::error explain(const client::response& got) const;

  client::endpoint service_;
  remote_settings settings_;
  boost::asio::any_io_executor executor_;
};

/// The text of a field, and the text or the count at a place. Empty or 0 if it is absent.
[[nodiscard]] std::string text_of(const json& j, const char* field);
[[nodiscard]] std::string text_at(const json& j, const json::json_pointer& where);
[[nodiscard]] uint64_t count_at(const json& j, const json::json_pointer& where);

/// Whether an id from an API can be safely put in a request path.
[[nodiscard]] bool is_reference(std::string_view text);

/// Decodes a picture in base 64, with or without the prefix of a data URL (RFC 2397).
[[nodiscard]] runtime::result<std::string> picture_from_base64(std::string_view text);

/// Instructions that make a chat model write a collectible's metadata. metadata_from() parses the model's answer into
/// the object that `product` describes. It refuses an invalid answer with errc::unavailable, because a retry may
/// succeed.
extern const char* const metadata_instructions;
[[nodiscard]] runtime::result<std::string> metadata_from(std::string_view text);

} // namespace ainft::ai::remote
