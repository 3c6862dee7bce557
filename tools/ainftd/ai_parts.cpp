#include "tools/ainftd/ai_parts.hpp"

#include "actors/ai/agent/planning.hpp"
#include "net/ai/remote/openai.hpp"
#include "tools/ainftd/parts_settings.hpp"

#include <spdlog/spdlog.h>

namespace ainft {

ai_parts::ai_parts(const config::settings& settings, const services& all, const http::dispatcher& front,
                   client::http_client& outbound, const boost::asio::any_io_executor& executor)
  : vault{settings.ai.secret_key_files}, orders{all, makers, {settings.ai.denied_words, settings.ai.daily_credits}},
    tools{front, all}, shared{makers, orders, vault, tools,
                              secret_from(settings.replicate.webhook_secret_file, "replicate.webhook-secret-file")},
    all_{all} {
  add_providers(makers, settings, outbound, executor);
}

ai_job::workers ai_parts::make_workers(const config::settings& settings) {
  return {all_,
          makers,
          workers_of(settings),
          [this](studio_id studio, std::string provider) { return find_key(studio, std::move(provider)); },
          [this](agent_id of) { return agent::conversation_of(all_, tools, of); },
          settings.ai.moderation ? moderation() : ai_job::text_judge{}};
}

void ai_parts::seal_keys_again(const std::string& postgres_url) const {
  if (!vault.is_open())
    return;
  persistence::session keys{postgres_url};
  if (const auto n = ai_key::seal_again(keys, vault); n > 0)
    spdlog::info("re-encrypted {} AI provider keys with the new key", n);
}

ai_job::text_judge ai_parts::moderation() {
  return [this](std::string text) {
    return dynamic_cast<ai::remote::openai&>(*makers.find("openai")).moderate(std::move(text));
  };
}

task<std::string> ai_parts::find_key(studio_id studio, std::string provider) {
  if (!vault.is_open())
    co_return std::string{};
  auto q = [this, studio, provider](persistence::session& from) { return ai_key::find(from, vault, studio, provider); };
  auto found = co_await net::query(all_.db, std::move(q));
  if (!found)
    co_return std::move(found.error());
  co_return std::move(*found);
}

} // namespace ainft
