#pragma once

#include "net/ai/remote/remote_provider.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>

namespace ainft::ai::remote {

/// Replicate (replicate.com/docs/reference/http). Creates a prediction, polls it until it has ended, and downloads its
/// first output. A model is "owner/name" or "owner/name:version". A fine-tune is a training with a trainer's version:
/// it gets the data set as a ZIP archive and creates a private model of the account. If the API can reach us, its
/// webhook triggers a poll.
class replicate final : public remote_provider {
public:
  /// `webhook` is the URL that Replicate calls; empty for none.
  replicate(std::string name, boost::asio::any_io_executor executor, client::http_client& http,
            remote_settings settings, std::string webhook)
    : remote_provider{std::move(name), std::move(executor), http, std::move(settings)}, webhook_{std::move(webhook)} {}

  [[nodiscard]] caf::error check(work what, std::string_view model) const override;

  /// Handles a webhook: polls the prediction at once. Safe from any thread.
  void wake(const std::string& prediction);

protected:
  task<product> produce(request what, watch_ptr watch) override;
  [[nodiscard]] std::string end_path(const std::string& reference) const override {
    return "/v1/trainings/" + reference + "/cancel";
  }

private:
  task<product> train(request what, watch_ptr watch);
  task<product> begin_training(request what, watch_ptr watch);
  task<std::string> make_destination(const request& what, watch_ptr watch);
  task<std::string> upload(const request& what, watch_ptr watch);
  task<json> follow(json prediction, request what, watch_ptr watch);
  task<product> output_of(const json& prediction, work what, watch_ptr watch);
  boost::asio::awaitable<void> wait_for(std::string prediction);

  std::string webhook_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

/// Checks the signature of a webhook (Standard Webhooks 1.0, which Replicate uses). The signature is HMAC-SHA256 over
/// "id.timestamp.body" with the secret ("whsec_" and base 64). `signatures` has space-separated "v1,<base 64>" entries,
/// of which one must match. The timestamp must be within five minutes of `now`, in seconds.
[[nodiscard]] bool webhook_is_genuine(std::string_view secret, std::string_view id, std::string_view timestamp,
                                      std::string_view signatures, std::string_view body, int64_t now);

} // namespace ainft::ai::remote
