#include "persistence/broadcast.hpp"

#include "persistence/redis_connection.hpp"
#include "runtime/guard.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace ainft::persistence {

namespace {

using runtime::uuid;
using std::chrono::milliseconds;

constexpr milliseconds gather{3};                ///< pause between two batches
constexpr milliseconds connect_again_after{500}; ///< while Redis is unavailable
constexpr size_t most_waiting = 1'000;
constexpr size_t id_length = 36;

/// An event that poll() or wait() can wait for.
class wake_up {
public:
  wake_up() : fd_{eventfd(0, EFD_CLOEXEC)} {}
  ~wake_up() { close(fd_); }
  wake_up(const wake_up&) = delete;
  wake_up& operator=(const wake_up&) = delete;

  void set() const noexcept {
    const uint64_t one = 1;
    (void)!write(fd_, &one, sizeof one);
  }
  /// Blocks until set() was called, and resets the event.
  void wait() const noexcept {
    uint64_t count = 0;
    (void)!read(fd_, &count, sizeof count);
  }
  [[nodiscard]] int fd() const noexcept { return fd_; }

private:
  int fd_;
};

} // namespace

// The format of a message: the sender's id, a space, the topic, a space, the text.
class broadcast::impl {
public:
  impl(std::string address, const std::string& database, const uuid& self)
    : address_{std::move(address)}, channel_{"ainft:" + database + ":nodes"}, self_{self.str()} {}

  ~impl() { end(); }

  void subscribe(std::string topic, receiver on_text, std::function<void()> on_gap) {
    topics_[std::move(topic)] = {std::move(on_text), std::move(on_gap)};
  }

  void begin() {
    running_ = true;
    sender_ = std::thread{[this] { send(); }};
    listener_ = std::thread{[this] { listen(); }};
  }

  void end() {
    if (!running_.exchange(false))
      return;
    poke_.set();
    end_.set();
    sender_.join();
    listener_.join();
  }

  void publish(std::string_view topic, std::string_view text) {
    if (!running_)
      return;
    std::string message = self_ + " ";
    message.append(topic).append(" ").append(text);
    {
      std::lock_guard guard{mutex_};
      if (!waiting_.empty() && waiting_.back() == message)
        return;
      if (waiting_.size() == most_waiting) {
        lost_ = true;
        return;
      }
      waiting_.push_back(std::move(message));
      if (waiting_.size() > 1)
        return;
    }
    poke_.set();
  }

private:
  struct topic {
    receiver on_text;
    std::function<void()> on_gap;
  };

  // -- publishing
  // -------------------------------------------------------------------------------------------------------

  void send() {
    redis_connection redis{address_};
    runtime::repeat_guarded("broadcast", [&] { return send_gathered(redis); });
  }

  /// Waits for messages and publishes them. Returns false at the end.
  bool send_gathered(redis_connection& redis) {
    poke_.wait();
    if (!running_)
      return false;
    std::vector<std::vector<std::string>> commands;
    {
      std::lock_guard guard{mutex_};
      for (auto& message : std::exchange(waiting_, {}))
        commands.push_back({"PUBLISH", channel_, std::move(message)});
    }
    if (!commands.empty() && redis.run_all(commands).size() < commands.size())
      lost_ = true;
    else if (lost_.exchange(false))
      tell_gap();
    std::this_thread::sleep_for(gather);
    return running_;
  }

  void tell_gap() const {
    for (const auto& [name, t] : topics_)
      t.on_gap();
  }

  // -- subscribing
  // ------------------------------------------------------------------------------------------------------

  void listen() {
    runtime::repeat_guarded("broadcast", [this] {
      if (const auto c = connect_redis(address_, milliseconds{1'000}); c && subscribe(*c))
        hear_from(*c);
      pollfd on{end_.fd(), POLLIN, 0};
      if (running_)
        poll(&on, 1, static_cast<int>(connect_again_after.count()));
      return running_.load();
    });
  }

  bool subscribe(redisContext& c) const {
    if (c.connection_type == REDIS_CONN_TCP)
      redisEnableKeepAlive(&c); // this side only reads: without keepalive it would not detect that Redis is gone
    const char* words[] = {"SUBSCRIBE", channel_.c_str()};
    return redis_reply{static_cast<redisReply*>(redisCommandArgv(&c, 2, words, nullptr))} != nullptr;
  }

  /// Receives messages until the connection breaks.
  void hear_from(redisContext& c) const {
    tell_gap();
    while (running_) {
      pollfd on[2] = {{c.fd, POLLIN, 0}, {end_.fd(), POLLIN, 0}};
      if (poll(on, 2, -1) < 0 || !running_ || redisBufferRead(&c) != REDIS_OK)
        return;
      for (;;) {
        void* got = nullptr;
        if (redisGetReplyFromReader(&c, &got) != REDIS_OK)
          return;
        if (!got)
          break;
        const redis_reply reply{static_cast<redisReply*>(got)};
        if (reply->elements == 3 && reply->element[2]->str)
          runtime::guarded("broadcast", [&] { take({reply->element[2]->str, reply->element[2]->len}); });
      }
    }
  }

  void take(std::string_view message) const {
    const auto from = uuid::parse(message.substr(0, std::min(id_length, message.size())));
    if (!from || message.size() < id_length + 2 || message.starts_with(self_))
      return;
    message.remove_prefix(id_length + 1);
    const auto space = message.find(' ');
    if (const auto t = topics_.find(message.substr(0, space)); t != topics_.end() && space != message.npos)
      t->second.on_text(*from, message.substr(space + 1));
  }

  std::string address_;
  std::string channel_;
  std::string self_;
  std::map<std::string, topic, std::less<>> topics_;
  std::mutex mutex_;
  std::vector<std::string> waiting_;
  std::atomic<bool> lost_{false}, running_{false};
  wake_up poke_, end_;
  std::thread sender_, listener_;
};

broadcast::broadcast(std::string redis_address, const std::string& database, const uuid& self)
  : impl_{std::make_unique<impl>(std::move(redis_address), database, self)} {}
broadcast::~broadcast() = default;
void broadcast::subscribe(std::string topic, receiver on_text, std::function<void()> on_gap) {
  impl_->subscribe(std::move(topic), std::move(on_text), std::move(on_gap));
}
void broadcast::begin() { impl_->begin(); }
void broadcast::publish(std::string_view topic, std::string_view text) { impl_->publish(topic, text); }
void broadcast::end() { impl_->end(); }

} // namespace ainft::persistence
