#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ainft::testing {

/// A fake of a Solana node's HTTP server. It gives the answers that a test wants, on its own port, and serves one
/// connection at a time.
class rpc_fake {
public:
  struct answer {
    int status = 200;
    std::string body;
    bool hang_up = false; ///< closes the connection without an answer
  };
  /// Called in the fake's thread with the JSON text of each request.
  using script = std::function<answer(const std::string& request)>;

  explicit rpc_fake(script s);
  ~rpc_fake();
  [[nodiscard]] std::string url() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// A JSON-RPC answer with `result` to the platform's request.
[[nodiscard]] inline std::string rpc_result(const std::string& result) {
  return R"({"jsonrpc":"2.0","id":1,"result":)" + result + "}";
}

/// The corpus of garbage: bodies that no Solana node should send, for any method.
[[nodiscard]] const std::vector<std::string>& rpc_garbage();

} // namespace ainft::testing
