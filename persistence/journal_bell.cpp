#include "persistence/journal_bell.hpp"

#include "persistence/redis_connection.hpp"
#include "runtime/values.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace ainft::persistence {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds gather{3};        ///< from one ring that goes out to the next
constexpr milliseconds retry_after{500}; ///< without Redis

} // namespace

class journal_bell::impl {
public:
  impl(std::string address, const std::string& database, std::function<void()> on_ring)
    : address_{std::move(address)}, channel_{"ainft:" + database + ":journal"}, on_ring_{std::move(on_ring)}, poke_{eventfd(0, EFD_CLOEXEC)}, end_{eventfd(0, EFD_CLOEXEC)},
      sender_{[this] { send(); }}, listener_{[this] { listen(); }} {}

  ~impl() {
    ended_ = true;
    wake(poke_);
    wake(end_);
    sender_.join();
    listener_.join();
    close(poke_);
    close(end_);
  }

  void ring() noexcept {
    if (!rung_.exchange(true))
      wake(poke_);
  }

private:
  static void wake(int fd) noexcept {
    const uint64_t one = 1;
    (void)!write(fd, &one, sizeof one);
  }

  void send() {
    redis_connection redis{address_};
    while (!ended_) {
      uint64_t count = 0;
      (void)!read(poke_, &count, sizeof count); // waits
      rung_ = false;
      if (!ended_)
        (void)redis.run({"PUBLISH", channel_, self_});
      std::this_thread::sleep_for(gather);
    }
  }

  void listen() {
    while (!ended_) {
      if (const auto c = connect_redis(address_, milliseconds{1'000}); c && subscribe(*c))
        hear(*c);
      pollfd on{end_, POLLIN, 0};
      if (!ended_)
        poll(&on, 1, static_cast<int>(retry_after.count()));
    }
  }

  bool subscribe(redisContext& c) const {
    const char* words[] = {"SUBSCRIBE", channel_.c_str()};
    return redis_reply{static_cast<redisReply*>(redisCommandArgv(&c, 2, words, nullptr))} != nullptr;
  }

  /// Until the connection breaks.
  void hear(redisContext& c) {
    on_ring_(); // something may have been missed
    while (!ended_) {
      pollfd on[2] = {{c.fd, POLLIN, 0}, {end_, POLLIN, 0}};
      if (poll(on, 2, -1) < 0 || ended_ || redisBufferRead(&c) != REDIS_OK)
        return;
      bool others = false;
      for (;;) {
        void* got = nullptr;
        if (redisGetReplyFromReader(&c, &got) != REDIS_OK)
          return;
        if (!got)
          break;
        const redis_reply reply{static_cast<redisReply*>(got)};
        others = others || (reply->elements == 3 && reply->element[2]->str && self_ != reply->element[2]->str);
      }
      if (others)
        on_ring_();
    }
  }

  std::string address_;
  std::string channel_;
  std::string self_ = runtime::uuid::make().str();
  std::function<void()> on_ring_;
  int poke_, end_;
  std::atomic<bool> rung_{false}, ended_{false};
  std::thread sender_, listener_; ///< last: they use the rest
};

journal_bell::journal_bell(std::string redis_address, const std::string& database, std::function<void()> on_ring)
  : impl_{std::make_unique<impl>(std::move(redis_address), database, std::move(on_ring))} {}
journal_bell::~journal_bell() = default;
void journal_bell::ring() noexcept { impl_->ring(); }

} // namespace ainft::persistence
