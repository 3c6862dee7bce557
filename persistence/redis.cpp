#include "persistence/redis.hpp"

#include "persistence/redis_connection.hpp"

#include <caf/event_based_actor.hpp>

namespace ainft::persistence {

namespace {

using runtime::errc;

class redis final : public caf::event_based_actor {
public:
  redis(caf::actor_config& cfg, std::string address) : caf::event_based_actor(cfg), connection_{std::move(address)} {}

  const char* name() const override { return "ainft.redis"; }

  caf::behavior make_behavior() override {
    return {
      [this](caf::get_atom) -> caf::result<caf::ok_atom> {
        const auto r = connection_.run({"PING"});
        if (!r || r->type != REDIS_REPLY_STATUS)
          return refuse(errc::unavailable, "Redis does not respond");
        return caf::ok_atom_v;
      },
    };
  }

private:
  redis_connection connection_;
};

} // namespace

caf::actor start_redis(caf::actor_system& system, std::string address) {
  return system.spawn<redis, caf::detached>(std::move(address));
}

} // namespace ainft::persistence
