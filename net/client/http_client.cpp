#include "net/client/http_client.hpp"

#include "runtime/guard.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace ainft::client {

namespace {

using runtime::errc;

struct transfer {
  request what;
  http_client::receiver done;
  response got;
  size_t received = 0;
  curl_slist* headers = nullptr;
  curl_mime* form = nullptr;
  CURL* easy = nullptr;
  bool too_large = false;
  bool not_public = false;

  ~transfer() {
    curl_slist_free_all(headers);
    curl_mime_free(form);
  }
};

size_t receive(char* data, size_t size, size_t count, void* to) {
  auto& t = *static_cast<transfer*>(to);
  t.received += size * count;
  if (t.received > t.what.max_response) {
    t.too_large = true;
    return 0;
  }
  long status = 0;
  curl_easy_getinfo(t.easy, CURLINFO_RESPONSE_CODE, &status);
  const std::string_view piece{data, size * count};
  const auto take = [&] {
    t.what.on_data&& status / 100 == 2 ? t.what.on_data(piece) : void(t.got.body.append(piece));
  };
  // An exception must not pass through libcurl, so it ends the transfer.
  return runtime::guarded("http_client", take) ? piece.size() : 0;
}

int look_after(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& t = *static_cast<transfer*>(of);
  return t.what.cancelled && *t.what.cancelled ? 1 : 0;
}

/// Opens the socket for a resolved address, but only if the address is public.
curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* to) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = to->family == AF_INET6
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&to->addr)->sin6_addr)
                          : &reinterpret_cast<const sockaddr_in*>(&to->addr)->sin_addr;
  auto& t = *static_cast<transfer*>(of);
  t.not_public = (to->family != AF_INET && to->family != AF_INET6)
                 || !inet_ntop(to->family, address, text.data(), text.size()) || !is_public_address(text.data());
  return t.not_public ? CURL_SOCKET_BAD : socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/// Does the same check for a reused connection. libcurl calls it before it sends anything over a connection.
int check_address(void* of, char* address, char*, int, int) {
  auto& t = *static_cast<transfer*>(of);
  t.not_public = !is_public_address(address);
  return t.not_public ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

} // namespace

bool is_public_address(const std::string& text) {
  namespace ip = boost::asio::ip;
  boost::system::error_code bad;
  auto address = ip::make_address(text, bad);
  if (bad)
    return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  static const auto closed_v4 = [] {
    std::vector<ip::network_v4> out;
    for (const auto* n : {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                          "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
                          "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"})
      out.push_back(ip::make_network_v4(n));
    return out;
  }();
  if (address.is_v4()) {
    const ip::network_v4 host{address.to_v4(), 32};
    return std::none_of(closed_v4.begin(), closed_v4.end(),
                        [&](const auto& n) { return host.is_subnet_of(n) || host == n; });
  }
  // Only 2000::/3 is allocated as global unicast. The ranges in `closed_v6` are exceptions within it.
  static const auto open_v6 = ip::make_network_v6("2000::/3");
  static const std::array closed_v6{ip::make_network_v6("2001::/23"), ip::make_network_v6("2001:db8::/32"),
                                    ip::make_network_v6("2002::/16"), ip::make_network_v6("3fff::/20")};
  const ip::network_v6 host{address.to_v6(), 128};
  return host.is_subnet_of(open_v6)
         && std::none_of(closed_v6.begin(), closed_v6.end(), [&](const auto& n) { return host.is_subnet_of(n); });
}

struct http_client::impl {
  explicit impl(client_settings s) : settings{std::move(s)} {
    static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)once;
    multi = curl_multi_init();
    thread = std::thread{[this] { run(); }};
  }

  ~impl() {
    stopping = true;
    curl_multi_wakeup(multi);
    thread.join();
    curl_multi_cleanup(multi);
  }

  void run() {
    runtime::repeat_guarded("http_client", [this] {
      work();
      return !stopping;
    });
    runtime::guarded("http_client", [this] { start_waiting(); });
    while (!active.empty())
      finish(active.begin()->first, CURLE_ABORTED_BY_CALLBACK);
  }

  void work() {
    start_waiting();
    int running = 0;
    curl_multi_perform(multi, &running);
    int left = 0;
    while (const auto* m = curl_multi_info_read(multi, &left))
      if (m->msg == CURLMSG_DONE)
        finish(m->easy_handle, m->data.result);
    curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }

  void start_waiting() {
    std::vector<std::unique_ptr<transfer>> fresh;
    {
      std::lock_guard guard{mutex};
      fresh.swap(waiting);
    }
    for (auto& t : fresh)
      start(std::move(t));
  }

  void start(std::unique_ptr<transfer> t) {
    auto* easy = t->easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, t->what.url.c_str());
    add_body(easy, *t);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, t->what.method.c_str());
    if (!settings.proxy.empty()) {
      curl_easy_setopt(easy, CURLOPT_PROXY, settings.proxy.c_str());
      curl_easy_setopt(easy, CURLOPT_NOPROXY, t->what.public_only ? "" : settings.no_proxy.c_str());
    }
    if (t->what.cancelled) {
      curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_after);
      curl_easy_setopt(easy, CURLOPT_XFERINFODATA, t.get());
    }
    // With a proxy, the peer address is the proxy's, and the proxy itself decides which addresses it reaches.
    if (t->what.public_only && settings.proxy.empty()) {
      curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
      curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t.get());
      curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, check_address);
      curl_easy_setopt(easy, CURLOPT_PREREQDATA, t.get());
    }
    for (const auto& h : t->what.headers)
      t->headers = curl_slist_append(t->headers, h.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(t->what.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t.get());
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, t->what.once ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_multi_add_handle(multi, easy);
    active.emplace(easy, std::move(t));
  }

  static void add_body(CURL* easy, transfer& t) {
    if (!t.what.form.empty()) {
      t.form = curl_mime_init(easy);
      for (const auto& p : t.what.form) {
        auto* part = curl_mime_addpart(t.form);
        curl_mime_name(part, p.name.c_str());
        curl_mime_data(part, p.value.data(), p.value.size());
        if (!p.file_name.empty())
          curl_mime_filename(part, p.file_name.c_str());
        if (!p.content_type.empty())
          curl_mime_type(part, p.content_type.c_str());
      }
      curl_easy_setopt(easy, CURLOPT_MIMEPOST, t.form);
    } else if (t.what.method != "GET") {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t.what.body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(t.what.body.size()));
    }
  }

  static void read_headers(CURL* easy, response& to) {
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &to.status);
    const char* type = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type)
      to.content_type = type;
    curl_off_t wait = 0;
    if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
      to.retry_after = std::chrono::seconds{wait};
  }

  static caf::error explain(const transfer& t, CURLcode code) {
    if (t.too_large)
      return runtime::refuse(errc::payload_too_large, "the response is too large");
    if (t.not_public)
      return runtime::refuse(errc::forbidden, "the host is not on the public Internet");
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
      return runtime::refuse(errc::forbidden, "the URL must begin with http:// or https://");
    if (code == CURLE_ABORTED_BY_CALLBACK && t.what.cancelled && *t.what.cancelled)
      return runtime::refuse(errc::conflict, "it was cancelled");
    return runtime::refuse(errc::unavailable, curl_easy_strerror(code));
  }

  void finish(CURL* easy, CURLcode code) {
    auto node = active.extract(easy);
    auto& t = *node.mapped();
    read_headers(easy, t.got);
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    runtime::guarded("http_client", [&] {
      t.done(code == CURLE_OK ? runtime::result<response>{std::move(t.got)} : explain(t, code));
    });
  }

  client_settings settings;
  CURLM* multi;
  std::thread thread;
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::vector<std::unique_ptr<transfer>> waiting;
  std::unordered_map<CURL*, std::unique_ptr<transfer>> active;
};

http_client::http_client(client_settings settings) : impl_{std::make_unique<impl>(std::move(settings))} {}
http_client::~http_client() = default;

void http_client::send(request r, receiver done) {
  auto t = std::make_unique<transfer>();
  t->what = std::move(r);
  t->done = std::move(done);
  {
    std::lock_guard guard{impl_->mutex};
    impl_->waiting.push_back(std::move(t));
  }
  curl_multi_wakeup(impl_->multi);
}

} // namespace ainft::client
