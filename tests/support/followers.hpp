#pragma once

#include "runtime/follower.hpp"
#include "tests/support/rig.hpp"

#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <map>
#include <mutex>

/// What the tests of followers share.
namespace ainft::rig {

/// The events that a follower has handled, as "sequence:n".
class notes {
public:
  void write(const runtime::followed_event& e) {
    std::lock_guard guard{mutex_};
    text_ += std::to_string(e.event.sequence) + ":"
             + std::to_string(nlohmann::json::parse(e.event.payload)["n"].get<int>()) + " ";
  }
  [[nodiscard]] std::string read() const {
    std::lock_guard guard{mutex_};
    return text_;
  }

private:
  mutable std::mutex mutex_;
  std::string text_;
};

inline runtime::follower_settings writing_to(notes& to) {
  return {"notes",
          {"counter.added"},
          [&to](const runtime::followed_event& e, std::function<void(caf::error)> done) {
            to.write(e);
            done({});
          },
          std::chrono::milliseconds{20}};
}

/// A follower's handler. It fails with the errors that the test sets, and records the order of each entity's events.
class clerk {
public:
  void handle(const runtime::followed_event& e, const std::function<void(caf::error)>& done) {
    std::unique_lock lock{mutex_};
    if (const auto bad = failures_.find(e.event.entity); bad != failures_.end()) {
      const auto why = bad->second;
      ++failed_;
      lock.unlock();
      if (why == runtime::errc::none)
        throw std::runtime_error{"on purpose"};
      return done(runtime::refuse(why, "on purpose"));
    }
    handled_[e.event.entity] += std::to_string(e.event.sequence) + " ";
    lock.unlock();
    done({});
  }
  /// runtime::errc::none means an exception.
  void fail(const runtime::uuid& id, runtime::errc with) {
    std::lock_guard guard{mutex_};
    failures_[id] = with;
  }
  void fail(const std::vector<runtime::uuid>& ids, runtime::errc with) {
    for (const auto& id : ids)
      fail(id, with);
  }
  void heal() {
    std::lock_guard guard{mutex_};
    failures_.clear();
  }
  [[nodiscard]] std::string of(const runtime::uuid& id) const {
    std::lock_guard guard{mutex_};
    const auto it = handled_.find(id);
    return it == handled_.end() ? "" : it->second;
  }
  [[nodiscard]] size_t failed() const {
    std::lock_guard guard{mutex_};
    return failed_;
  }

private:
  mutable std::mutex mutex_;
  std::map<runtime::uuid, runtime::errc> failures_;
  std::map<runtime::uuid, std::string> handled_;
  size_t failed_ = 0;
};

inline runtime::follower_settings served_by(clerk& c) {
  runtime::follower_settings out;
  out.name = "clerk";
  out.event_types = {"counter.added"};
  out.handle = [&c](const runtime::followed_event& e, const std::function<void(caf::error)>& done) {
    c.handle(e, done);
  };
  out.poll = std::chrono::milliseconds{20};
  out.retries.patience = std::chrono::milliseconds{300};
  return out;
}

/// Starts a follower that ends with the node.
inline caf::actor follow(node& n, runtime::follower_settings s) {
  auto out = runtime::start_follower(n.system, n.log, std::move(s)).actor;
  n.others.push_back(out);
  return out;
}

inline void add_ones(node& n, const runtime::uuid& id, int count) {
  for (int i = 0; i < count; ++i)
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
}

inline void add_ones(node& n, const std::vector<runtime::uuid>& ids, int count) {
  for (const auto& id : ids)
    add_ones(n, id, count);
}

inline std::vector<runtime::uuid> some_ids(size_t count) {
  std::vector<runtime::uuid> out(count);
  std::generate(out.begin(), out.end(), runtime::uuid::make);
  return out;
}

/// Sends a request to a follower's actor and waits for its answer, a T.
template <class T, class Message>
T ask_follower_of(node& n, const caf::actor& follower, Message m) {
  caf::scoped_actor self{n.system};
  T out{};
  self->request(follower, std::chrono::seconds{10}, std::move(m))
    .receive([&out](const T& got) { out = got; }, [](const caf::error& e) { ADD_FAILURE() << to_string(e); });
  return out;
}

} // namespace ainft::rig
