#include "actors/chain/transaction/flow.hpp"

#include "actors/capability.hpp"

namespace ainft::transaction {

const std::vector<const flow*>& all_flows() {
  static const auto all = all_of(&capability::flows);
  return all;
}

caf::error refuse_missing(caf::error why) {
  if (runtime::explain(why).code == runtime::errc::not_found)
    return runtime::refuse(runtime::errc::wrong_state, "the subject of this transaction does not exist");
  return why;
}

runtime::result<const flow*> find_flow(const purpose& p) {
  for (const auto* f : all_flows())
    if (f->purpose == p.str())
      return f;
  return runtime::refuse(runtime::errc::unknown_message,
                         "this version of the program does not know transactions with the purpose " + p.str());
}

std::vector<std::string> flow_registry::names() {
  std::vector<std::string> out;
  for (const auto* f : all_flows())
    out.emplace_back(f->purpose);
  return out;
}

} // namespace ainft::transaction
