#pragma once

#include "net/ai/provider.hpp"
#include "net/client/endpoint.hpp"

#include <nlohmann/json.hpp>

namespace ainft::ai::remote {

template <class T>
using task = boost::asio::awaitable<runtime::result<T>>;
using nlohmann::json;
using watch_ptr = std::shared_ptr<making>;

/// Bytes of a picture that a provider may send, and of its other answers.
constexpr size_t largest_picture = 20 * 1024 * 1024, largest_answer = 40 * 1024 * 1024;

struct remote_settings {
  std::string url;                        ///< where the API is, without a slash at the end
  std::string key;                        ///< the platform's own; empty where none is needed
  std::string image_model;                ///< taken where a job names none
  std::string text_model;
  std::chrono::milliseconds timeout{120'000}; ///< of one request
  std::chrono::milliseconds poll{1'000};      ///< between two looks at what takes its time
  std::chrono::seconds training_poll{30};     ///< the same of a fine-tune
};

/// A provider that is an API of somebody else's, or of a server of one's own.
class remote_provider : public provider {
public:
  /// What it does happens on `executor`, which outlives it, as `http` does.
  remote_provider(std::string name, boost::asio::any_io_executor executor, client::http_client& http, remote_settings settings)
    : service_{http, std::move(name)}, settings_{std::move(settings)}, executor_{std::move(executor)} {}

  [[nodiscard]] std::string_view name() const override { return service_.name(); }
  [[nodiscard]] provider_state state() const override;
  [[nodiscard]] bool takes_key() const override { return true; }
  void make(request what, watch_ptr watch, receiver done) override;
  void forget(request what) override;

protected:
  /// The work itself.
  virtual task<product> produce(request what, watch_ptr watch) = 0;

  /// The path of the request that ends what `reference` names; empty where nothing outlives its request.
  [[nodiscard]] virtual std::string end_path(const std::string& reference) const {
    (void)reference;
    return {};
  }

  /// A training that goes on there, to be asked for again.
  [[nodiscard]] product later_with(std::string reference, uint32_t percent) const;

  /// A request to the API: the settings' address and time, the key as a bearer token, cancelled with the work.
  [[nodiscard]] client::request to(std::string method, std::string_view path, const request& what, const watch_ptr& watch) const;
  [[nodiscard]] client::request post(std::string_view path, const json& body, const request& what, const watch_ptr& watch) const;

  /// Sends and gives the answer with a status below 300. All else is refused with the API's own reason.
  task<client::response> send(client::request r, bool repeats = true);
  /// The same of an answer that is JSON.
  task<json> send_json(client::request r, bool repeats = true);
  /// Tells the API that the work is not wanted any more, whose own requests are cancelled already. What it answers does not matter.
  boost::asio::awaitable<void> call_off(std::string path, json body, const request& what);
  /// A picture that is somewhere else: on the API's own server, or else at an address of the public Internet.
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

/// A field's text, and the text or the count at a place; empty, or 0, where there is none.
[[nodiscard]] std::string text_of(const json& j, const char* field);
[[nodiscard]] std::string text_at(const json& j, const json::json_pointer& where);
[[nodiscard]] uint64_t count_at(const json& j, const json::json_pointer& where);

/// Whether a text that an API gave can stand in the path of a request to it.
[[nodiscard]] bool is_reference(std::string_view text);

/// The bytes of a picture in base 64, with or without a data URL's head (RFC 2397).
[[nodiscard]] runtime::result<std::string> picture_from_base64(std::string_view text);

/// Words that have a chat model write a collectible's metadata, and its answer as the object that `product` says; refused with errc::unavailable (it may
/// do better the next time) where it is none.
extern const char* const metadata_instructions;
[[nodiscard]] runtime::result<std::string> metadata_from(std::string_view text);

} // namespace ainft::ai::remote
