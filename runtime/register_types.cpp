#include "runtime/register_types.hpp"

#include "runtime/cluster/wire.hpp"
#include "runtime/messages.hpp"
#include "runtime/parking.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>

namespace ainft::runtime {

void register_types() {
  caf::core::init_global_meta_objects();
  caf::io::middleman::init_global_meta_objects();
  caf::init_global_meta_objects<caf::id_block::ainft_runtime>();
  caf::init_global_meta_objects<caf::id_block::ainft_cluster>();
  caf::init_global_meta_objects<caf::id_block::ainft_parking>();
}

} // namespace ainft::runtime
