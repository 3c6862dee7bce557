#include "net/solana/rpc.hpp"
#include "tests/support/rpc_fake.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>

#include <future>
#include <mutex>
#include <random>

namespace {

using namespace ainft;
using namespace ainft::testing;
using namespace ainft::testing_values;
using nlohmann::json;
using runtime::errc;

/// The outcome of a call; errc::none for a value. Counts the calls of the receiver.
struct outcome {
  std::promise<errc> first;
  std::atomic<int> calls{0};

  template <class T>
  void take(const runtime::result<T>& got) {
    if (calls.fetch_add(1) == 0)
      first.set_value(code_of(got));
  }
};

solana::transaction any_transaction() { return {{solana::signature{}}, "message"}; }

/// One of the methods, with an answer that it accepts.
struct method {
  const char* name;
  std::string valid;
  std::function<void(const solana::rpc&, std::shared_ptr<outcome>)> call;
};

template <class Start>
method of(const char* name, std::string valid, Start start) {
  return {name, rpc_result(valid), [start](const solana::rpc& rpc, std::shared_ptr<outcome> to) {
            start(rpc, [to](const auto& got) { to->take(got); });
          }};
}

const std::vector<method>& methods() {
  static const auto key = wallet(7).str();
  static const auto sig = solana::signature{std::string_view{"signed"}}.str();
  static const std::vector<method> all{
    of("getHealth", "\"ok\"", [](const auto& rpc, auto done) { rpc.health(done); }),
    of("getLatestBlockhash",
       R"({"context":{"slot":9},"value":{"blockhash":")" + key + R"(","lastValidBlockHeight":159}})",
       [](const auto& rpc, auto done) { rpc.latest_blockhash(done); }),
    of("getEpochInfo", R"({"absoluteSlot":9,"blockHeight":8,"epoch":0,"slotIndex":9,"slotsInEpoch":432000})",
       [](const auto& rpc, auto done) { rpc.finalized_point(0, done); }),
    of("getBalance", R"({"context":{"slot":9},"value":5})",
       [](const auto& rpc, auto done) { rpc.balance(wallet(1), done); }),
    of("getMultipleAccounts", R"({"context":{"slot":9},"value":[null,{"lamports":7,"data":["","base64"]}]})",
       [](const auto& rpc, auto done) {
         rpc.balances({wallet(1), wallet(2)}, done);
       }),
    of("getMinimumBalanceForRentExemption", "890880", [](const auto& rpc, auto done) { rpc.minimum_balance(0, done); }),
    of("simulateTransaction",
       R"({"context":{"slot":9},"value":{"err":{"InstructionError":[0,{"Custom":1}]},)"
       R"("logs":["Program log: Error: no"]}})",
       [](const auto& rpc, auto done) { rpc.simulate(any_transaction(), 0, done); }),
    of("sendTransaction", '"' + sig + '"', [](const auto& rpc, auto done) { rpc.send(any_transaction(), done); }),
    of("getSignatureStatuses",
       R"({"context":{"slot":9},"value":[null,{"slot":3,"confirmations":null,"err":null,)"
       R"("confirmationStatus":"finalized"}]})",
       [](const auto& rpc, auto done) {
         rpc.statuses({solana::signature{}, solana::signature{}}, done);
       }),
    of("getTransaction",
       R"({"slot":3,"meta":{"err":null,"fee":10000,"preBalances":[50000,1],"postBalances":[40000,2]}})",
       [](const auto& rpc, auto done) { rpc.outcome(solana::signature{}, done); }),
  };
  return all;
}

/// The platform's client against a fake whose next answer a test sets.
class rpc_over_a_socket : public ::testing::Test {
protected:
  errc ask(const method& m, rpc_fake::answer a) {
    {
      std::lock_guard guard{mutex_};
      next_ = std::move(a);
    }
    auto to = std::make_shared<outcome>();
    all_.push_back(to);
    auto first = to->first.get_future();
    m.call(rpc, to);
    if (first.wait_for(std::chrono::seconds{20}) != std::future_status::ready) {
      ADD_FAILURE() << m.name << " was never answered";
      return errc::internal;
    }
    return first.get();
  }

  [[nodiscard]] json last_request() {
    std::lock_guard guard{mutex_};
    return json::parse(request_);
  }

  void TearDown() override {
    for (const auto& one : all_)
      EXPECT_EQ(one->calls, 1) << "each receiver runs exactly once";
  }

private:
  std::mutex mutex_;
  rpc_fake::answer next_;
  std::string request_;
  std::vector<std::shared_ptr<outcome>> all_;
  rpc_fake fake_{[this](const std::string& request) {
    std::lock_guard guard{mutex_};
    request_ = request;
    return next_;
  }};
  client::http_client http_;

protected:
  solana::rpc rpc{http_, fake_.url()};
};

/// `text` with a few of its bytes changed, left out or doubled.
std::string mutated(std::string text, std::mt19937& random) {
  const auto pick = [&random](size_t below) { return static_cast<size_t>(random() % below); };
  constexpr std::string_view bytes = "0123456789-.eE\"\\{}[]:, ntfu\xFF";
  for (auto n = 1 + pick(4); n > 0 && !text.empty(); --n)
    switch (pick(4)) {
    case 0: text[pick(text.size())] = bytes[pick(bytes.size())]; break;
    case 1: text.erase(pick(text.size()), 1 + pick(12)); break;
    case 2: text.insert(pick(text.size()), text.substr(pick(text.size()), 1 + pick(12))); break;
    default: text.resize(pick(text.size())); break;
    }
  return text;
}

} // namespace

TEST_F(rpc_over_a_socket, reads_what_a_node_answers) {
  for (const auto& m : methods()) {
    EXPECT_EQ(ask(m, {200, m.valid}), errc::none) << m.name;
    EXPECT_EQ(last_request()["method"], m.name);
  }
}

TEST_F(rpc_over_a_socket, answers_every_call_once_whatever_garbage_comes) {
  for (const auto& m : methods())
    for (const auto& body : rpc_garbage()) {
      const auto code = ask(m, {200, body});
      // A simulation's error may have any format; the client passes it on as it is.
      const bool is_error =
        m.name == std::string_view{"simulateTransaction"} && body.find(R"("value":{"err":)") != body.npos;
      const bool is_absent = m.name == std::string_view{"getTransaction"} && body.find(R"("result":null)") != body.npos;
      EXPECT_TRUE(is_error    ? code == errc::none
                  : is_absent ? code == errc::not_found
                              : code == errc::unavailable || code == errc::solana_failed)
        << m.name << ": " << body.substr(0, 200) << " -> " << runtime::to_string(code);
    }
}

TEST_F(rpc_over_a_socket, answers_every_call_once_for_mutations_of_valid_answers) {
  std::mt19937 random{20261126};
  for (const auto& m : methods())
    for (int i = 0; i < 150; ++i)
      (void)ask(m, {200, mutated(m.valid, random)});
}

TEST_F(rpc_over_a_socket, takes_too_many_requests_and_server_errors_as_worth_another_try) {
  for (const auto& m : methods())
    for (const auto status : {429, 500, 502, 503})
      EXPECT_EQ(ask(m, {status, m.valid}), errc::unavailable) << m.name;
  for (const auto* body : {R"({"error":"rate limited"})",
                           R"({"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"Node is behind"}})"})
    EXPECT_EQ(ask(methods().front(), {200, body}), errc::unavailable) << body;
  EXPECT_EQ(
    ask(methods().front(), {200, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params"}})"}),
    errc::solana_failed);
}

TEST_F(rpc_over_a_socket, is_answered_when_the_node_hangs_up_or_never_stops_talking) {
  for (const auto& m : methods()) {
    EXPECT_EQ(ask(m, {200, "", true}), errc::unavailable) << m.name;
    EXPECT_EQ(ask(m, {200, rpc_result('"' + std::string(2 * solana::rpc::largest_answer, 'x') + '"')}),
              errc::unavailable)
      << m.name;
  }
}

TEST_F(rpc_over_a_socket, goes_by_blocks_that_can_no_longer_be_rolled_back) {
  const auto finalized = of("getEpochInfo", "1", [](const auto& r, auto done) { r.finalized_point(0, done); });
  (void)ask(finalized, {200, finalized.valid});
  EXPECT_EQ(last_request()["method"], "getEpochInfo");
  EXPECT_EQ(last_request()["params"][0]["commitment"], "finalized");
}

TEST_F(rpc_over_a_socket, asks_for_a_node_that_has_reached_a_slot) {
  const auto later = of("getEpochInfo", "1", [](const auto& r, auto done) { r.finalized_point(77, done); });
  (void)ask(later, {200, later.valid});
  EXPECT_EQ(last_request()["params"][0]["minContextSlot"], 77);
  const auto tried =
    of("simulateTransaction", "1", [](const auto& r, auto done) { r.simulate(any_transaction(), 78, done); });
  (void)ask(tried, {200, tried.valid});
  EXPECT_EQ(last_request()["params"][1]["minContextSlot"], 78);
}
