#pragma once

#include "runtime/decision.hpp"
#include "runtime/event_codec.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ainft::runtime {

/// The state of one entity: as it is committed, and with the events that wait for their commit. See
/// runtime/entity_rules.hpp for `Domain`.
template <class Domain>
class entity_state {
public:
  using state = typename Domain::state;
  using event = typename Domain::events;
  using events = std::vector<event>;

  [[nodiscard]] const state& committed() const noexcept { return committed_; }
  [[nodiscard]] uint64_t version() const noexcept { return version_; }

  /// The committed state with the events in flight.
  [[nodiscard]] const state& ahead() const noexcept { return ahead_ ? *ahead_ : committed_; }
  [[nodiscard]] uint64_t ahead_version() const noexcept { return ahead_version_; }

  // -- loading ----------------------------------------------------------------------------------------------------

  void clear() {
    committed_ = state{};
    version_ = 0;
  }

  /// Restores the state from a snapshot. Returns false if the snapshot cannot be read.
  [[nodiscard]] bool restore(const snapshot& from) {
    auto json = parse_json(from.state);
    auto read = json ? from_json<state>(*json, json_reader::unknown_fields::ignored) : result<state>{json.error()};
    if (!read)
      return false;
    committed_ = std::move(*read);
    version_ = from.sequence;
    return true;
  }

  /// Applies the events after the snapshot. Refuses with the error of decode_event() if an event cannot be decoded, and
  /// with errc::internal if it cannot be applied.
  [[nodiscard]] caf::error load(const std::vector<committed_event>& stored) {
    try {
      if (auto broken = fold(stored))
        return broken;
    } catch (const std::exception& e) {
      return refuse(errc::internal, std::string{"cannot apply the entity's events: "} + e.what());
    }
    ahead_version_ = version_;
    since_snapshot_ = stored.size();
    return {};
  }

  // -- changing ---------------------------------------------------------------------------------------------------

  /// Applies a decision's events to the state ahead. Adds them and their rows to `to`, and a snapshot if that is due
  /// after `snapshot_every` events.
  void go_ahead(const events& decided, const decision_context& context, size_t snapshot_every, append& to) {
    if (!ahead_)
      ahead_ = committed_;
    to.first_sequence = ahead_version_ + 1;
    row_writes rows;
    for (const auto& e : decided) {
      auto& stored = to.events.emplace_back(encode_event(e));
      if constexpr (requires { audience(*ahead_, e); })
        stored.audience = audience(*ahead_, e);
      evolve(*ahead_, e);
      project(*ahead_, e, {context.now, context.who, ++ahead_version_}, rows);
    }
    to.rows = rows.take();
    since_snapshot_ += decided.size();
    if (since_snapshot_ >= snapshot_every) {
      since_snapshot_ = 0;
      to.state = snapshot{ahead_version_, Domain::state_version, to_json(*ahead_)};
    }
  }

  /// The oldest events in flight are committed.
  void commit(const events& decided) {
    for (const auto& e : decided) {
      evolve(committed_, e);
      ++version_;
    }
  }

  /// No events are in flight any more.
  void drop_ahead() { ahead_.reset(); }

private:
  caf::error fold(const std::vector<committed_event>& stored) {
    for (const auto& s : stored) {
      auto e = decode_event<event>(s.type, s.version, s.payload);
      if (!e)
        return std::move(e.error());
      evolve(committed_, *e);
      version_ = s.sequence;
    }
    return {};
  }

  state committed_;
  uint64_t version_ = 0;
  std::optional<state> ahead_; ///< empty if no events are in flight
  uint64_t ahead_version_ = 0;
  size_t since_snapshot_ = 0; ///< events
};

} // namespace ainft::runtime
