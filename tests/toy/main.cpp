// The platform with one more capability. It shows that a capability is registered by one value, and that no other code
// knows it.
#include "actors/capability.hpp"
#include "tools/ainftd/program.hpp"

namespace ainft::pledge {

capability make_capability();

} // namespace ainft::pledge

namespace ainft::toy {

std::span<const persistence::migration> migrations();

} // namespace ainft::toy

int main(int argc, char** argv) {
  ainft::add_capability(ainft::pledge::make_capability, ainft::toy::migrations());
  return ainft::run_program(argc, argv);
}
