#include "persistence/redis_connection.hpp"

#include <cstdlib>

namespace ainft::persistence {

namespace {

constexpr std::chrono::seconds patience{1};

} // namespace

redis_reply redis_connection::run(const std::vector<std::string>& command) {
  auto replies = run_all({command});
  return replies.empty() ? nullptr : std::move(replies.front());
}

bool redis_connection::send(const std::vector<std::vector<std::string>>& commands) {
  if (!connect())
    return false;
  for (const auto& c : commands) {
    std::vector<const char*> words;
    std::vector<size_t> sizes;
    for (const auto& word : c) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(), sizes.data());
  }
  return true;
}

std::vector<redis_reply> redis_connection::run_all(const std::vector<std::vector<std::string>>& commands) {
  std::vector<redis_reply> out;
  // A connection that broke since its last use fails at the first reply: try again on a new one.
  for (int attempt = 0; attempt < 2 && out.empty() && !commands.empty(); ++attempt) {
    const auto begin = std::chrono::steady_clock::now();
    if (begin < silent_until_ || !send(commands))
      return out;
    for (size_t i = 0; i < commands.size(); ++i) {
      void* reply = nullptr;
      if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
        context_.reset();
        break;
      }
      out.emplace_back(static_cast<redisReply*>(reply));
    }
    if (const auto now = std::chrono::steady_clock::now(); !context_ && now - begin >= patience)
      silent_until_ = now + patience;
  }
  return out;
}

bool redis_connection::connect() {
  if (context_ && context_->err == 0)
    return true;
  context_ = connect_redis(address_, patience);
  if (context_)
    redisSetTimeout(context_.get(), timeval{patience.count(), 0});
  return context_ != nullptr;
}

redis_context connect_redis(const std::string& address, std::chrono::milliseconds patience) {
  const timeval wait{patience.count() / 1000, (patience.count() % 1000) * 1000};
  const auto colon = address.rfind(':');
  redis_context out;
  if (address.starts_with('/'))
    out.reset(redisConnectUnixWithTimeout(address.c_str(), wait));
  else if (colon != address.npos)
    out.reset(redisConnectWithTimeout(address.substr(0, colon).c_str(), std::atoi(address.c_str() + colon + 1), wait));
  return out && out->err == 0 ? std::move(out) : nullptr;
}

} // namespace ainft::persistence
