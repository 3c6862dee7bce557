#include "actors/chain/transaction/flow.hpp"

#include "actors/capability.hpp"

namespace ainft::transaction {

namespace {

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names)
    out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

} // namespace

const std::vector<const flow*>& all_flows() {
  static const auto all = [] {
    std::vector<const flow*> out;
    for (const auto& c : capabilities())
      for (const auto& f : c.flows)
        out.push_back(&f);
    return out;
  }();
  return all;
}

caf::error refuse_missing(caf::error why) {
  if (runtime::explain(why).code == runtime::errc::not_found)
    return runtime::refuse(runtime::errc::wrong_state, "what this transaction is for does not exist");
  return why;
}

const flow* find_flow(const purpose& p) {
  for (const auto* f : all_flows())
    if (f->purpose == p.str())
      return f;
  return nullptr;
}

runtime::result<purpose> purpose::parse(std::string_view text) {
  const purpose out{text};
  if (find_flow(out))
    return out;
  return runtime::refuse(runtime::errc::validation_failed, "must be one of " + join(names()));
}

std::vector<std::string> purpose::names() {
  std::vector<std::string> out;
  for (const auto* f : all_flows())
    out.emplace_back(f->purpose);
  return out;
}

} // namespace ainft::transaction
