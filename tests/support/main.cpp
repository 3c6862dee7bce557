#ifdef WITHOUT_ACTORS
#include "runtime/register_types.hpp"
#else
#include "actors/capability.hpp"
#endif

#include <gtest/gtest.h>
#include <sodium.h>

int main(int argc, char** argv) {
  if (sodium_init() < 0)
    return 1;
#ifdef WITHOUT_ACTORS
  ainft::runtime::register_types();
#else
  ainft::register_types();
#endif
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
