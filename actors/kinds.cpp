#include "actors/kinds.hpp"

#include "actors/agent/domain.hpp"
#include "actors/ai_job/domain.hpp"
#include "actors/asset/domain.hpp"
#include "actors/listing/domain.hpp"
#include "actors/nft/domain.hpp"
#include "actors/operations/console_protocol.hpp"
#include "actors/prompt_template/domain.hpp"
#include "actors/realtime/protocol.hpp"
#include "actors/session/domain.hpp"
#include "actors/studio/domain.hpp"
#include "actors/transaction/domain.hpp"
#include "actors/user/domain.hpp"
#include "runtime/entity.hpp"
#include "runtime/register_types.hpp"

#include <caf/init_global_meta_objects.hpp>

namespace ainft {

void register_types() {
  runtime::register_types();
  caf::init_global_meta_objects<caf::id_block::ainft_console>();
  caf::init_global_meta_objects<caf::id_block::ainft_user>();
  caf::init_global_meta_objects<caf::id_block::ainft_session>();
  caf::init_global_meta_objects<caf::id_block::ainft_studio>();
  caf::init_global_meta_objects<caf::id_block::ainft_asset>();
  caf::init_global_meta_objects<caf::id_block::ainft_nft>();
  caf::init_global_meta_objects<caf::id_block::ainft_transaction>();
  caf::init_global_meta_objects<caf::id_block::ainft_listing>();
  caf::init_global_meta_objects<caf::id_block::ainft_realtime>();
  caf::init_global_meta_objects<caf::id_block::ainft_ai_job>();
  caf::init_global_meta_objects<caf::id_block::ainft_prompt_template>();
  caf::init_global_meta_objects<caf::id_block::ainft_agent>();
}

void add_kinds(runtime::entity_host& host) {
  host.add<user::domain>();
  host.add<session::domain>();
  host.add<studio::domain>();
  host.add<asset::domain>();
  host.add<nft::domain>();
  host.add<transaction::domain>();
  host.add<listing::domain>();
  host.add<ai_job::domain>();
  host.add<prompt_template::domain>();
  host.add<agent::domain>();
}

} // namespace ainft
