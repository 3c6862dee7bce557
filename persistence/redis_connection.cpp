#include "persistence/redis_connection.hpp"

#include <cstdlib>

namespace ainft::persistence {

redis_reply redis_connection::run(const std::vector<std::string>& command) {
  auto replies = run_all({command});
  return replies.empty() ? nullptr : std::move(replies.front());
}

std::vector<redis_reply> redis_connection::run_all(const std::vector<std::vector<std::string>>& commands) {
  std::vector<redis_reply> out;
  // A connection that was lost since its last use shows at the first answer.
  for (int attempt = 0; attempt < 2 && out.empty() && !commands.empty(); ++attempt) {
    if (!connect())
      return out;
    for (const auto& c : commands) {
      std::vector<const char*> words;
      std::vector<size_t> sizes;
      for (const auto& word : c) {
        words.push_back(word.data());
        sizes.push_back(word.size());
      }
      redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(), sizes.data());
    }
    for (size_t i = 0; i < commands.size(); ++i) {
      void* reply = nullptr;
      if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
        context_.reset();
        break;
      }
      out.emplace_back(static_cast<redisReply*>(reply));
    }
  }
  return out;
}

bool redis_connection::connect() {
  if (context_ && context_->err == 0)
    return true;
  const timeval patience{1, 0};
  const auto colon = address_.rfind(':');
  if (address_.starts_with('/'))
    context_.reset(redisConnectUnixWithTimeout(address_.c_str(), patience));
  else if (colon != address_.npos)
    context_.reset(redisConnectWithTimeout(address_.substr(0, colon).c_str(), std::atoi(address_.c_str() + colon + 1), patience));
  if (context_ && context_->err == 0)
    redisSetTimeout(context_.get(), patience);
  return context_ && context_->err == 0;
}

} // namespace ainft::persistence
