#include "net/solana/rpc.hpp"

#include "net/base64.hpp"

#include <nlohmann/json.hpp>

namespace ainft::solana {

using nlohmann::json;

namespace {

json commitment(const char* level = "confirmed") { return {{"commitment", level}}; }

/// Adds a minimum slot to `options`; 0 for none.
json from_slot(json options, uint64_t slot) {
  if (slot > 0)
    options["minContextSlot"] = slot;
  return options;
}

/// Makes the parameters of a call. It uses push_back because braces with one element do not make an array in nlohmann's
/// library.
template <class... Values>
json params(Values&&... values) {
  auto out = json::array();
  (out.push_back(std::forward<Values>(values)), ...);
  return out;
}

} // namespace

template <class T, class Read>
void rpc::call(std::string_view method, const json& params, receiver<T> done, Read read) const {
  client::request r;
  r.method = "POST";
  r.url = url_;
  r.timeout = timeout_;
  r.headers = {"Content-Type: application/json"};
  r.body = json{{"jsonrpc", "2.0"}, {"id", rpc_request_id}, {"method", std::string{method}}, {"params", params}}.dump();
  r.max_response = largest_answer;
  http_.send(std::move(r), [done = std::move(done), read = std::move(read)](result<client::response> got) {
    if (got)
      done(read(got->status, std::string_view{got->body}));
    else
      done(runtime::refuse(errc::unavailable, "Solana: " + runtime::explain(got.error()).detail));
  });
}

void rpc::health(receiver<bool> done) const { call("getHealth", params(), std::move(done), rpc_answers::health); }

void rpc::latest_blockhash(receiver<blockhash_info> done) const {
  call("getLatestBlockhash", params(commitment()), std::move(done), rpc_answers::latest_blockhash);
}

void rpc::finalized_point(uint64_t min_slot, receiver<chain_point> done) const {
  call("getEpochInfo", params(from_slot(commitment("finalized"), min_slot)), std::move(done), rpc_answers::point);
}

void rpc::balance(const public_key& key, receiver<lamports> done) const {
  call("getBalance", params(key.str(), commitment()), std::move(done), rpc_answers::balance);
}

void rpc::balances(const std::vector<public_key>& keys, receiver<std::vector<lamports>> done) const {
  auto list = json::array();
  for (const auto& key : keys)
    list.push_back(key.str());
  auto options = commitment();
  options.update({{"encoding", "base64"}, {"dataSlice", {{"offset", 0}, {"length", 0}}}});
  call(
    "getMultipleAccounts", params(list, options), std::move(done),
    [count = keys.size()](long status, std::string_view body) { return rpc_answers::balances(status, body, count); });
}

void rpc::minimum_balance(uint64_t space, receiver<lamports> done) const {
  call("getMinimumBalanceForRentExemption", params(space), std::move(done), rpc_answers::minimum_balance);
}

void rpc::simulate(const transaction& tx, uint64_t min_slot, receiver<std::string> done) const {
  const json options{{"encoding", "base64"}, {"sigVerify", false}, {"commitment", "confirmed"}};
  call("simulateTransaction", params(net::base64_encode(tx.serialize()), from_slot(options, min_slot)), std::move(done),
       rpc_answers::simulation);
}

void rpc::send(const transaction& tx, receiver<signature> done) const {
  const json options{{"encoding", "base64"}, {"skipPreflight", true}, {"maxRetries", 0}};
  call("sendTransaction", params(net::base64_encode(tx.serialize()), options), std::move(done), rpc_answers::sent);
}

void rpc::statuses(const std::vector<signature>& signatures, receiver<status_list> done) const {
  auto keys = json::array();
  for (const auto& s : signatures)
    keys.push_back(s.str());
  call("getSignatureStatuses", params(keys, json{{"searchTransactionHistory", true}}), std::move(done),
       [count = signatures.size()](long status, std::string_view body) {
         return rpc_answers::statuses(status, body, count);
       });
}

void rpc::outcome(const signature& of, receiver<payer_outcome> done) const {
  const json options{{"encoding", "base64"}, {"commitment", "confirmed"}, {"maxSupportedTransactionVersion", 0}};
  call("getTransaction", params(of.str(), options), std::move(done), rpc_answers::outcome);
}

} // namespace ainft::solana
