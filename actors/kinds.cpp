#include "actors/kinds.hpp"

#include "actors/admin/operations/console_protocol.hpp"
#include "actors/ai/agent/domain.hpp"
#include "actors/ai/job/domain.hpp"
#include "actors/ai/prompt_template/domain.hpp"
#include "actors/auth/session/domain.hpp"
#include "actors/auth/user/domain.hpp"
#include "actors/chain/transaction/domain.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/nft/domain.hpp"
#include "actors/realtime/protocol.hpp"
#include "actors/studios/asset/domain.hpp"
#include "actors/studios/studio/domain.hpp"
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
