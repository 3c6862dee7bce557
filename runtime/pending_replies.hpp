#pragma once

#include "runtime/messages.hpp"

#include <caf/response_promise.hpp>

#include <deque>
#include <utility>

namespace ainft::runtime {

/// The replies of an entity that wait for the commit of all earlier appends, in the order of their commands. `Events`
/// is the list of a decision's events.
template <class Events>
class pending_replies {
public:
  struct pending {
    caf::response_promise promise;
    answer reply;
    std::optional<caf::error> refusal; ///< based on uncommitted state; sent after that state is committed
    Events decided;
    bool appended = false;
  };

  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  [[nodiscard]] size_t size() const noexcept { return all_.size(); }

  void add(pending p) { all_.push_back(std::move(p)); }

  /// Delivers the replies at the head of the queue that have no append of their own.
  void settle_head() {
    while (!all_.empty() && !all_.front().appended) {
      auto head = take_head();
      if (head.refusal)
        head.promise.deliver(std::move(*head.refusal));
      else
        head.promise.deliver(std::move(head.reply));
    }
  }

  [[nodiscard]] pending take_head() {
    auto head = std::move(all_.front());
    all_.pop_front();
    return head;
  }

  /// Refuses all replies, because the append of the first one that has one failed for `reason`.
  void refuse_all(const caf::error& reason) {
    bool first = true;
    for (auto& p : std::exchange(all_, {})) {
      p.promise.deliver(
        first && p.appended ? reason : refuse(errc::unavailable, "an earlier change of the same entity failed; retry"));
      first = first && !p.appended;
    }
  }

private:
  std::deque<pending> all_;
};

} // namespace ainft::runtime
