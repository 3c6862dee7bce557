#include "runtime/entity.hpp"
#include "runtime/journal_tail.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <sodium.h>

/// libFuzzer calls this once, before the first input.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  if (sodium_init() < 0)
    return 1;
  caf::core::init_global_meta_objects();
  caf::init_global_meta_objects<caf::id_block::ainft_runtime>();
  return 0;
}
