#include "net/client/http_client.hpp"

#include <curl/curl.h>

#include <atomic>
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
  curl_slist* headers = nullptr;
  bool too_large = false;

  ~transfer() { curl_slist_free_all(headers); }
};

size_t receive(char* data, size_t size, size_t count, void* to) {
  auto& t = *static_cast<transfer*>(to);
  if (t.got.body.size() + size * count > t.what.max_response) {
    t.too_large = true;
    return 0;
  }
  t.got.body.append(data, size * count);
  return size * count;
}

} // namespace

struct http_client::impl {
  impl() {
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
    while (!stopping) {
      start_waiting();
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      while (const auto* m = curl_multi_info_read(multi, &left))
        if (m->msg == CURLMSG_DONE)
          finish(m->easy_handle, m->data.result);
      curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
    start_waiting();
    while (!active.empty())
      finish(active.begin()->first, CURLE_ABORTED_BY_CALLBACK);
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
    auto* easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, t->what.url.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, t->what.method.c_str());
    if (t->what.method != "GET") {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t->what.body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(t->what.body.size()));
    }
    for (const auto& h : t->what.headers)
      t->headers = curl_slist_append(t->headers, h.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(t->what.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t.get());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_multi_add_handle(multi, easy);
    active.emplace(easy, std::move(t));
  }

  void finish(CURL* easy, CURLcode code) {
    auto node = active.extract(easy);
    auto& t = *node.mapped();
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &t.got.status);
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    if (code == CURLE_OK)
      t.done(std::move(t.got));
    else
      t.done(runtime::refuse(errc::unavailable, t.too_large ? "the answer is larger than accepted" : curl_easy_strerror(code)));
  }

  CURLM* multi;
  std::thread thread;
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::vector<std::unique_ptr<transfer>> waiting;
  std::unordered_map<CURL*, std::unique_ptr<transfer>> active;
};

http_client::http_client() : impl_{std::make_unique<impl>()} {}
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
