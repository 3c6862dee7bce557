// Holds Socket.IO clients and measures what reaches them: sockets PORT SPEC.json. The same program loads the platform
// and its peer. Prints JSON.
//
// The spec has `tokens` (the clients use them in turn), `clients` (their number), and optionally `subscribe` (the event
// that each client sends first). Without `seconds`, the clients stay connected until stdin ends. With `seconds`, and
// `in_flight` or `rate` (per second), one more client sends `command`, in which $N is a growing number. The program
// follows each number to all clients, which get it in an event with "amount":"N".
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point t) { return std::chrono::duration<double>(clock::now() - t).count(); }

struct client {
  int fd = -1;
  std::string in;
  bool open = false;  ///< the WebSocket
  bool ready = false; ///< joined, and subscribed if the spec has `subscribe`
};

/// A masked text frame (RFC 6455, section 5.3). The mask is zero.
std::string frame(std::string_view text) {
  std::string out{"\x81"};
  if (text.size() < 126) {
    out += static_cast<char>(0x80 | text.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(text.size() >> 8);
    out += static_cast<char>(text.size() & 255);
  }
  return out.append(4, '\0').append(text);
}

class load {
public:
  load(uint16_t port, nlohmann::json spec) : port_{port}, spec_(std::move(spec)), epoll_{epoll_create1(0)} {}

  void run() {
    const size_t count = spec_["clients"];
    const bool drives = spec_.contains("seconds");
    clients_.resize(count + (drives ? 1 : 0));
    connect_all();
    std::fprintf(stderr, "%zu clients\n", count);
    if (!drives)
      return hold();
    drive(count);
  }

private:
  // -- connecting -------------------------------------------------------------------------------------------------

  void connect_all() {
    constexpr size_t at_once = 100;
    const auto began = clock::now();
    size_t next = 0;
    while (ready_ < clients_.size()) {
      for (; next < clients_.size() && next < ready_ + at_once; ++next)
        open(next);
      turn(100);
      if (seconds_since(began) > 300)
        throw std::runtime_error{"only " + std::to_string(ready_) + " clients came in"};
    }
    connect_seconds_ = seconds_since(began);
  }

  void open(size_t i) {
    auto& c = clients_[i];
    c.fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    if (c.fd < 0 || connect(c.fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error{std::string{"connect: "} + std::strerror(errno)};
    const int on = 1;
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(c.fd, F_SETFL, O_NONBLOCK);
    epoll_event e{EPOLLIN, {.u64 = i}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &e);
    say(c, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: "
           "Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  }

  static void say(const client& c, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = write(c.fd, bytes.data(), bytes.size());
      if (n < 0 && errno != EAGAIN)
        throw std::runtime_error{std::string{"write: "} + std::strerror(errno)};
      if (n > 0)
        bytes.remove_prefix(static_cast<size_t>(n));
    }
  }

  // -- reading ----------------------------------------------------------------------------------------------------

  void turn(int ms) {
    epoll_event events[512];
    const int n = epoll_wait(epoll_, events, 512, ms);
    for (int i = 0; i < n; ++i)
      receive(events[i].data.u64);
  }

  void receive(size_t i) {
    auto& c = clients_[i];
    static char buffer[1 << 18];
    const auto n = read(c.fd, buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EAGAIN))
      throw std::runtime_error{"a client was dropped after " + std::to_string(deliveries_) + " deliveries"};
    if (n < 0)
      return;
    bytes_ += static_cast<size_t>(n);
    std::string_view fresh{buffer, static_cast<size_t>(n)};
    if (!c.in.empty()) {
      c.in.append(fresh);
      fresh = c.in;
    }
    const auto used = take(i, c, fresh);
    if (used < fresh.size())
      c.in = std::string{fresh.substr(used)};
    else
      c.in.clear();
  }

  size_t take(size_t i, client& c, std::string_view all) {
    size_t at = 0;
    if (!c.open) {
      const auto end = all.find("\r\n\r\n");
      if (end == all.npos)
        return 0;
      if (all.find(" 101 ") > 20)
        throw std::runtime_error{"the handshake was answered with " + std::string{all.substr(0, 60)}};
      c.open = true;
      at = end + 4;
    }
    for (;;) {
      const auto left = all.substr(at);
      if (left.size() < 2)
        return at;
      size_t head = 2, size = static_cast<uint8_t>(left[1]) & 127;
      if (size >= 126) {
        const size_t bytes = size == 126 ? 2 : 8;
        if (left.size() < head + bytes)
          return at;
        size = 0;
        for (size_t k = 0; k < bytes; ++k)
          size = size << 8 | static_cast<uint8_t>(left[head + k]);
        head += bytes;
      }
      if (left.size() < head + size)
        return at;
      message(i, c, left.substr(head, size));
      at += head + size;
    }
  }

  void message(size_t i, client& c, std::string_view m) {
    if (m.starts_with("42[\"listing.bid_placed"))
      return delivery(i, m);
    if (m == "2")
      return say(c, frame("3"));
    if (m.starts_with("0{")) {
      const auto& tokens = spec_["tokens"];
      return say(c, frame("40{\"token\":" + tokens[i % tokens.size()].dump() + "}"));
    }
    if (m.starts_with("44"))
      throw std::runtime_error{"refused: " + std::string{m}};
    const bool producer = spec_.contains("seconds") && i + 1 == clients_.size();
    if (m.starts_with("40")) {
      if (spec_["subscribe"].is_null() || producer)
        return ready(c);
      return say(c, frame("420" + spec_["subscribe"].dump()));
    }
    if (m.starts_with("43") && !c.ready) {
      if (m.find("\"status\":200") == m.npos)
        throw std::runtime_error{"not let in: " + std::string{m}};
      return ready(c);
    }
    if (m.starts_with("43") && producer)
      acknowledged(m);
  }

  void ready(client& c) {
    c.ready = true;
    ++ready_;
  }

  // -- driving ------------------------------------------------------------------------------------------------------

  void drive(size_t subscribers) {
    subscribers_ = subscribers;
    const double seconds = spec_["seconds"];
    const size_t in_flight = spec_.value("in_flight", size_t{0});
    const double rate = spec_.value("rate", 0.0);
    const auto began = clock::now();
    while (seconds_since(began) < seconds) {
      if (rate > 0)
        while (static_cast<double>(sent_) < seconds_since(began) * rate)
          send_one();
      else
        while (open_.size() < in_flight)
          send_one();
      turn(rate > 0 ? 1 : 100);
    }
    const auto counted = deliveries_;
    const auto took = seconds_since(began);
    const auto until = clock::now() + std::chrono::seconds{20};
    while (!open_.empty() && clock::now() < until)
      turn(100);
    report(counted, took);
  }

  void send_one() {
    const auto number = first_ + ++sent_;
    std::string text = spec_["command"].dump();
    text.replace(text.find("$N"), 2, std::to_string(number));
    open_[number] = {clock::now(), 0};
    say(clients_.back(), frame("42" + std::to_string(number) + text));
  }

  void acknowledged(std::string_view m) {
    const auto id = std::stoull(std::string{m.substr(2, m.find('[') - 2)});
    if (m.find("\"status\":201") != m.npos)
      return;
    ++refused_;
    open_.erase(id);
  }

  void delivery(size_t, std::string_view m) {
    static constexpr std::string_view mark = "\"amount\":\"";
    const auto at = m.find(mark);
    uint64_t number = 0;
    for (size_t k = at + mark.size(); k < m.size() && m[k] != '"'; ++k)
      number = number * 10 + static_cast<uint64_t>(m[k] - '0');
    const auto it = open_.find(number);
    if (it == open_.end())
      return;
    ++deliveries_;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - it->second.sent).count();
    ++latency_[std::min<size_t>(static_cast<size_t>(us) / 100, latency_.size() - 1)];
    if (++it->second.reached == subscribers_) {
      ++broadcasts_;
      open_.erase(it);
    }
  }

  double percentile(double p) const {
    size_t all = 0, below = 0;
    for (const auto n : latency_)
      all += n;
    for (size_t i = 0; i < latency_.size(); ++i) {
      below += latency_[i];
      if (below >= static_cast<size_t>(p * static_cast<double>(all)))
        return static_cast<double>(i + 1) / 10;
    }
    return 0;
  }

  void report(size_t counted, double took) const {
    const nlohmann::json out{{"clients", subscribers_},
                             {"connect_seconds", connect_seconds_},
                             {"broadcasts", broadcasts_},
                             {"refused", refused_},
                             {"unfinished", open_.size()},
                             {"deliveries_per_second", static_cast<size_t>(static_cast<double>(counted) / took)},
                             {"broadcasts_per_second", static_cast<size_t>(static_cast<double>(counted) / took
                                                                           / static_cast<double>(subscribers_))},
                             {"p50_ms", percentile(.5)},
                             {"p99_ms", percentile(.99)},
                             {"bytes_per_delivery", deliveries_ ? bytes_ / deliveries_ : 0}};
    std::printf("%s\n", out.dump().c_str());
  }

  void hold() {
    const nlohmann::json out{{"clients", clients_.size()}, {"connect_seconds", connect_seconds_}};
    std::printf("%s\n", out.dump().c_str());
    std::fflush(stdout);
    fcntl(0, F_SETFL, O_NONBLOCK);
    for (char c = 0; read(0, &c, 1) != 0;)
      turn(200);
  }

  struct sent {
    clock::time_point sent;
    size_t reached;
  };

  uint16_t port_;
  nlohmann::json spec_;
  int epoll_;
  std::vector<client> clients_;
  size_t ready_ = 0, subscribers_ = 0, sent_ = 0, refused_ = 0, broadcasts_ = 0, deliveries_ = 0, bytes_ = 0;
  uint64_t first_ = spec_.value("first", uint64_t{1000});
  double connect_seconds_ = 0;
  std::unordered_map<uint64_t, sent> open_;
  std::vector<size_t> latency_ = std::vector<size_t>(100'000); ///< histogram; the index is in tenths of a millisecond
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: sockets PORT SPEC.json\n");
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  try {
    std::ifstream in{argv[2]};
    load{static_cast<uint16_t>(std::stoi(argv[1])), nlohmann::json::parse(in)}.run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "sockets: %s\n", e.what());
    return 1;
  }
}
