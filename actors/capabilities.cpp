#include "actors/admin/operations/console_protocol.hpp"
#include "actors/capability.hpp"
#include "actors/realtime/protocol.hpp"
#include "runtime/register_types.hpp"

#include <caf/init_global_meta_objects.hpp>

/// Lists the capabilities. Each defines its `make_capability` in its own capability.cpp.
// clang-format off
#define AINFT_CAPABILITIES(capability) \
  capability(user) \
  capability(session) \
  capability(studio) \
  capability(asset) \
  capability(nft) \
  capability(listing) \
  capability(transaction) \
  capability(settlement) \
  capability(sponsor) \
  capability(prompt_template) \
  capability(ai_job) \
  capability(agent) \
  capability(fine_tune) \
  capability(ai_key) \
  capability(realtime)
// clang-format on

#define AINFT_DECLARE(name)     \
  namespace ainft::name {       \
  capability make_capability(); \
  }
AINFT_CAPABILITIES(AINFT_DECLARE)

namespace ainft {

namespace {

struct additions {
  std::vector<capability (*)()> capabilities;
  std::vector<persistence::migration> migrations;
};

additions& added() {
  static additions all;
  return all;
}

} // namespace

void add_capability(capability (*make)(), std::span<const persistence::migration> migrations) {
  added().capabilities.push_back(make);
  added().migrations.insert(added().migrations.end(), migrations.begin(), migrations.end());
}

std::vector<persistence::migration> all_migrations() {
  const auto built_in = persistence::built_in_migrations();
  std::vector<persistence::migration> out{built_in.begin(), built_in.end()};
  out.insert(out.end(), added().migrations.begin(), added().migrations.end());
  return out;
}

const std::vector<capability>& capabilities() {
  static const auto all = [] {
#define AINFT_MAKE(name) name::make_capability(),
    std::vector<capability> out{AINFT_CAPABILITIES(AINFT_MAKE)};
    for (const auto make : added().capabilities)
      out.push_back(make());
    return out;
  }();
  return all;
}

std::string id_text(std::string_view kind, const runtime::uuid& id) {
  static const auto kinds = all_of(&capability::kinds);
  for (const auto* k : kinds)
    if (k->name == kind)
      return runtime::typeid_text(k->id_prefix, id);
  return id.str();
}

void register_types() {
  runtime::register_types();
  caf::init_global_meta_objects<caf::id_block::ainft_console>();
  caf::init_global_meta_objects<caf::id_block::ainft_realtime>();
}

void add_kinds(runtime::entity_host& host) {
  for (const auto* k : all_of(&capability::kinds))
    k->add(host);
}

} // namespace ainft
