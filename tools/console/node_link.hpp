#pragma once

#include "actors/admin/operations/console_protocol.hpp"

#include <memory>
#include <string>

namespace ainft::console {

/// A node's console port, and the operator's certificate and key.
struct link_settings {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  std::string certificate_file, key_file, authority_file; ///< PEM
  std::string operator_key;
};

/// The connection to a node, over CAF with mutual TLS. call() connects if there is no connection. Blocking.
class node_link {
public:
  explicit node_link(link_settings settings);
  ~node_link();

  /// Calls a route. Throws std::runtime_error with one sentence if the node cannot be reached or does not answer.
  operations::console_reply call(const std::string& method, const std::string& target, const std::string& body);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace ainft::console
