#include "persistence/redis.hpp"

#include <caf/event_based_actor.hpp>

#include <hiredis/hiredis.h>

#include <memory>

namespace ainft::persistence {

namespace {

using runtime::errc;

struct free_context {
  void operator()(redisContext* c) const { redisFree(c); }
};
struct free_reply {
  void operator()(redisReply* r) const { freeReplyObject(r); }
};
using reply = std::unique_ptr<redisReply, free_reply>;

class redis final : public caf::event_based_actor {
public:
  redis(caf::actor_config& cfg, std::string address) : caf::event_based_actor(cfg), address_{std::move(address)} {}

  const char* name() const override { return "ainft.redis"; }

  caf::behavior make_behavior() override {
    return {
      [this](caf::get_atom) -> caf::result<caf::ok_atom> {
        const auto r = command("PING");
        if (!r || r->type != REDIS_REPLY_STATUS)
          return refuse(errc::unavailable, "Redis does not answer");
        return caf::ok_atom_v;
      },
    };
  }

private:
  template <class... Args>
  reply command(const char* format, Args... args) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (!connect())
        return nullptr;
      if (reply r{static_cast<redisReply*>(redisCommand(context_.get(), format, args...))})
        return r;
      context_.reset();
    }
    return nullptr;
  }

  bool connect() {
    if (context_ && context_->err == 0)
      return true;
    const timeval patience{1, 0};
    const auto colon = address_.rfind(':');
    if (address_.starts_with('/'))
      context_.reset(redisConnectUnixWithTimeout(address_.c_str(), patience));
    else if (colon != address_.npos)
      context_.reset(redisConnectWithTimeout(address_.substr(0, colon).c_str(), std::atoi(address_.c_str() + colon + 1),
                                             patience));
    if (context_ && context_->err == 0)
      redisSetTimeout(context_.get(), patience);
    return context_ && context_->err == 0;
  }

  std::string address_;
  std::unique_ptr<redisContext, free_context> context_;
};

} // namespace

caf::actor start_redis(caf::actor_system& system, std::string address) {
  return system.spawn<redis, caf::detached>(std::move(address));
}

} // namespace ainft::persistence
