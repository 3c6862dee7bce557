#pragma once

#include "actors/chain/transaction/flow.hpp"
#include "actors/services.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/follower.hpp"
#include "runtime/supervisor.hpp"

/// What the platform can do is a list of capabilities. Each is one value, made in its own folder; capabilities.cpp lists them all. Everything
/// else (the entity host, the route table, the rooms, the supervisors) is filled from that list.
namespace ainft {

/// A type of event that clients can see.
struct event_form {
  std::string name;        ///< "listing.bid_placed"
  uint16_t version = 1;    ///< of its present form
  bool is_private = false; ///< only the users in its audience, and operators, see it
  std::string (*upcast)(const runtime::committed_event&) = nullptr; ///< gives the payload in its present form
};

/// A room, and types of events of one kind ("listing_live") that enter it beside the rooms of their entity and their audience.
struct broadcast {
  std::string_view room;
  std::vector<std::string_view> types;
};

/// A kind of entity. See kind_of() in actors/kind_of.hpp.
struct entity_kind {
  std::string_view name;      ///< "listing"
  std::string_view id_prefix; ///< of its TypeIDs: "lst"
  void (*add)(runtime::entity_host&) = nullptr;
  std::vector<event_form> shown; ///< its events that clients can see
  std::vector<broadcast> broadcasts;
};

/// Rooms of one type, to which clients subscribe: "listing:lst_…", or one room without an id, such as "market".
struct room_type {
  /// What a room begins with, as `who` may see it. Refuses with errc::not_found and errc::forbidden.
  using snapshot_function = task<runtime::answer> (*)(const services&, runtime::uuid topic, runtime::principal who);

  std::string_view name;
  std::string_view id_prefix;           ///< of the ids in its name; empty: there is one room, without an id
  snapshot_function snapshot = nullptr; ///< absent: the latest events
  bool is_entity = false;               ///< the topic is an entity whose version a client follows
  bool resumes_at_version = false;      ///< a client may say by the entity's version where it was
  bool counts_viewers = false;
  bool is_for_operators = false;
  bool is_planned = false;              ///< the name is taken; no such room exists yet
};

/// A room begins with its entity, as `who` may see it.
template <class Domain>
task<runtime::answer> entity_snapshot(const services& s, runtime::uuid topic, runtime::principal who) {
  return view<Domain>(s, topic, who);
}

/// Something that a supervisor starts and restarts: an actor, or a follower of the journal.
struct supervised_part {
  std::string name;
  std::function<caf::actor()> start;
  std::function<runtime::follower()> follow; ///< in place of `start`
};

/// Runs on one node of the cluster for all of them.
struct singleton {
  std::string_view name;
  std::string_view supervisor = "followers";
  /// Its parts in the order of their start; they end in the opposite order.
  std::vector<supervised_part> (*parts)(const services&) = nullptr;
};

struct capability {
  std::string_view name;
  std::vector<entity_kind> kinds;
  void (*routes)(http::route_table&, const services&) = nullptr;
  std::vector<room_type> rooms;
  std::vector<runtime::supervisor_settings> supervisors; ///< beside "followers", which all have
  std::vector<singleton> singletons;
  std::vector<transaction::flow> flows; ///< what it does with transactions on Solana
};

/// All of them, in the order in which their routes are added. Made at the first call; safe from any thread.
[[nodiscard]] const std::vector<capability>& capabilities();

/// The id of an entity of this kind, as clients see it: "lst_…" for a "listing". The UUID where there is no such kind.
[[nodiscard]] std::string id_text(std::string_view kind, const runtime::uuid& id);

/// Makes all messages known to CAF. Before an actor system is made.
void register_types();

/// Makes every kind of entity known to the host.
void add_kinds(runtime::entity_host& host);

} // namespace ainft
