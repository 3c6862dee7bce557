#pragma once

#include "actors/agent_tool.hpp"
#include "actors/chain/transaction/flow.hpp"
#include "actors/services.hpp"
#include "persistence/migrate.hpp"
#include "runtime/entity_host.hpp"
#include "runtime/follower.hpp"
#include "runtime/supervisor.hpp"

/// The platform's features are a list of capabilities. Each is one value and has its own folder; capabilities.cpp lists
/// all. The entity host, the route table, the rooms and the supervisors are filled from this list.
namespace ainft {

/// A type of a kind's events. Clients do not get an event as it is stored, but in its public form: see
/// runtime/public_event.hpp.
struct event_form {
  std::string name;        ///< kind and type, for example "listing.bid_placed"
  uint16_t version = 1;    ///< of its present stored form
  bool is_visible = false; ///< clients can see it
  bool is_private = false; ///< only the users in its audience, and operators, see it
  std::string_view about;  ///< when it happens, for the catalog of events
  /// Whether the public form equals the present stored form. Call it after all capabilities are made.
  bool (*shows_stored)() = nullptr;
  /// Returns the payload in its present stored form. Tests check with it that old events can still be read.
  std::string (*upcast)(const runtime::committed_event&) = nullptr;
  /// Returns the payload in its public form: "{}" if this program cannot read the stored form.
  std::string (*show)(const runtime::committed_event&) = nullptr;
  /// The JSON Schema of the public form. Adds the schemas of its parts to `components`.
  nlohmann::json (*schema)(nlohmann::json& components) = nullptr;
};

/// Rooms that show a kind's events because of whom or what they concern: for example the room "user" of the seller.
struct audience_room {
  std::string_view room;  ///< a room type with ids
  std::string_view whose; ///< for the catalog: "the seller, and the bidder who is outbid"
};

/// Sends event types of one kind (such as "listing_live") to a room, besides the rooms of their entity and their
/// audience.
struct broadcast {
  std::string_view room;
  std::vector<std::string_view> types;
};

/// Which of a kind's events clients can see.
enum class visible_events { none, all };

/// A kind of entity. kind_of() in actors/kind_of.hpp makes it.
struct entity_kind {
  std::string_view name;      ///< for example "listing"
  std::string_view id_prefix; ///< prefix of its TypeIDs, for example "lst"
  void (*add)(runtime::entity_host&) = nullptr;
  std::vector<event_form> events;
  std::vector<broadcast> broadcasts;
  std::vector<audience_room> audience; ///< describes audience() of the domain
  /// Applies all events of one entity to an empty state. See runtime::replay().
  runtime::result<runtime::replay_result> (*replay)(const std::vector<runtime::committed_event>&) = nullptr;
  std::string (*empty_state)() = nullptr; ///< the JSON of the state before the first event
};

/// A type of rooms to which clients subscribe: one room per id, such as "listing:lst_…", or a single room without an
/// id, such as "market".
struct room_type {
  /// The initial content of a room, as `who` may see it. Refuses with errc::not_found and errc::forbidden.
  using snapshot_function = task<runtime::answer> (*)(const services&, runtime::uuid topic, runtime::principal who);

  std::string_view name;
  std::string_view about;               ///< what it shows and to whom, for the catalog
  std::string_view id_prefix;           ///< of the ids in the rooms' names; empty for a single room without an id
  snapshot_function snapshot = nullptr; ///< null: the latest events
  bool is_entity = false;               ///< the topic is an entity, and clients follow its version
  bool resumes_at_version = false;      ///< a client may resume after an entity's version
  bool counts_viewers = false;
  bool is_for_operators = false;
};

/// A snapshot function for rooms of an entity: the entity's view, as `who` may see it.
template <class Domain>
task<runtime::answer> entity_snapshot(const services& s, runtime::uuid topic, runtime::principal who) {
  return view<Domain>(s, topic, who);
}

/// A part that a supervisor starts and restarts: an actor, or a follower of the journal.
struct supervised_part {
  std::string name;
  std::function<caf::actor()> start;
  std::function<runtime::follower()> follow; ///< instead of `start`
};

/// A part that runs on exactly one node of the cluster.
struct singleton {
  std::string_view name;
  std::string_view supervisor = "followers";
  /// Its parts in the order of their start. They end in the reverse order.
  std::vector<supervised_part> (*parts)(const services&) = nullptr;
};

struct capability {
  std::string_view name;
  std::vector<entity_kind> kinds;
  void (*routes)(http::route_table&, const services&) = nullptr;
  std::vector<room_type> rooms;
  std::vector<runtime::supervisor_settings> supervisors; ///< besides "followers", which all capabilities share
  std::vector<singleton> singletons;
  std::vector<transaction::flow> flows;           ///< its flows of transactions on Solana
  std::vector<agent_tool> tools;                  ///< its routes that agents may call
  std::vector<agent_trigger> triggers;            ///< its events that start runs of agents
  std::vector<config::settings_section> settings; ///< config::section_of() makes one; see config/section.hpp
};

/// Adds a capability that is not in the list of capabilities.cpp, with its migrations. A program with capabilities of
/// its own calls it before the first call of capabilities(). The names of its migrations sort after all built-in ones.
void add_capability(capability (*make)(), std::span<const persistence::migration> migrations = {});

/// The built-in migrations, and those of added capabilities.
[[nodiscard]] std::vector<persistence::migration> all_migrations();

/// All capabilities, in the order in which their routes are added. Made at the first call. Safe from any thread.
[[nodiscard]] const std::vector<capability>& capabilities();

/// One kind of part of all capabilities, in their order: all_of(&capability::rooms). The pointers stay valid.
template <class T>
[[nodiscard]] std::vector<const T*> all_of(std::vector<T> capability::*part) {
  std::vector<const T*> out;
  for (const auto& c : capabilities())
    for (const auto& x : c.*part)
      out.push_back(&x);
  return out;
}

/// An entity's id as clients see it, for example "lst_…" for a "listing". The UUID if the kind does not exist.
[[nodiscard]] std::string id_text(std::string_view kind, const runtime::uuid& id);

/// Registers all message types with CAF. Call it before creating an actor system.
void register_types();

/// Registers all kinds of entities with the host.
void add_kinds(runtime::entity_host& host);

} // namespace ainft
