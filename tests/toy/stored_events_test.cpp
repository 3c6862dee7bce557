// Checks the toy capability's stored events. The unit test of the same name checks those of all others.
#include "tests/support/stored_events.hpp"

namespace ainft::pledge {

capability make_capability();

} // namespace ainft::pledge

TEST(toy_capability, has_samples_of_its_stored_events) {
  const auto kinds = ainft::pledge::make_capability().kinds;
  ainft::stored_events::samples{kinds.at(0), TESTS_FOLDER "/toy/stored_events"}.check();
}
