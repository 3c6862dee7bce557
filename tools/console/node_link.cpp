#include "tools/console/node_link.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/scoped_actor.hpp>

#include <stdexcept>

namespace ainft::console {

namespace {

constexpr std::chrono::seconds connect_patience{5}, answer_patience{30};

caf::actor_system_config& prepared(caf::actor_system_config& config, const link_settings& s) {
  config.openssl_certificate = s.certificate_file;
  config.openssl_key = s.key_file;
  config.openssl_cafile = s.authority_file;
  config.load<caf::io::middleman>();
  config.load<caf::openssl::manager>();
  config.set("caf.scheduler.max-threads", 2);
  return config;
}

} // namespace

struct node_link::parts {
  explicit parts(link_settings s) : settings{std::move(s)}, system{prepared(config, settings)} {}

  link_settings settings;
  caf::actor_system_config config;
  caf::actor_system system;
  caf::scoped_actor self{system};
  caf::actor endpoint;
};

node_link::node_link(link_settings settings) {
  static const bool registered = [] {
    caf::core::init_global_meta_objects();
    caf::io::middleman::init_global_meta_objects();
    caf::init_global_meta_objects<caf::id_block::ainft_console>();
    return true;
  }();
  (void)registered;
  parts_ = std::make_unique<parts>(std::move(settings));
}

node_link::~node_link() = default;

operations::console_reply node_link::call(const std::string& method, const std::string& target,
                                          const std::string& body) {
  auto& p = *parts_;
  const auto& s = p.settings;
  const auto where = s.host + ":" + std::to_string(s.port);
  if (!p.endpoint) {
    p.self->request(p.system.openssl_manager().actor_handle(), connect_patience, caf::connect_atom_v, s.host, s.port)
      .receive([&](const caf::node_id&, caf::strong_actor_ptr& found,
                   const std::set<std::string>&) { p.endpoint = caf::actor_cast<caf::actor>(found); },
               [&](const caf::error&) {});
    if (!p.endpoint)
      throw std::runtime_error{"no node accepts a console connection with this certificate at " + where};
  }
  operations::console_reply out;
  std::string problem;
  p.self->request(p.endpoint, answer_patience, operations::console_call{s.operator_key, method, target, body})
    .receive([&](operations::console_reply& r) { out = std::move(r); },
             [&](const caf::error& e) { problem = to_string(e); });
  if (!problem.empty()) {
    p.endpoint = nullptr;
    throw std::runtime_error{"the node at " + where + " did not respond; retry"};
  }
  return out;
}

} // namespace ainft::console
