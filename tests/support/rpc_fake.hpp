#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ainft::testing {

/// A Solana node's HTTP side that answers what a test wants, on a port of its own. Takes one connection at a time.
class rpc_fake {
public:
  struct answer {
    int status = 200;
    std::string body;
    bool hang_up = false; ///< closes the connection instead
  };
  /// Called with each request's JSON text, in the fake's thread.
  using script = std::function<answer(const std::string& request)>;

  explicit rpc_fake(script s);
  ~rpc_fake();
  [[nodiscard]] std::string url() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// `result` in a JSON-RPC answer to the platform's request.
[[nodiscard]] inline std::string rpc_result(const std::string& result) {
  return R"({"jsonrpc":"2.0","id":1,"result":)" + result + "}";
}

/// The corpus: bodies that no Solana node should send, for any method.
[[nodiscard]] const std::vector<std::string>& rpc_garbage();

} // namespace ainft::testing
